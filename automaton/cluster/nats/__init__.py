"""NATS: connections, streams, heartbeats, requests, a bucket, and what the servers say of themselves.

Law: the one import site of nats-py. What it raises is told in words of ours here, and nothing is decided.
"""
