"""The expression language: grammar, types, three values, and the filling of texts."""
