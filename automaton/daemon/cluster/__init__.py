"""A daemon that is a member of a cluster: it hosts the engines of the shards that it owns, beside others."""
