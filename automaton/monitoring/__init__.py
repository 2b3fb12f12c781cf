"""What watches automaton: alerts for Prometheus and a dashboard for Grafana, as files that ship."""
