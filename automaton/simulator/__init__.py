"""A faithful Wings and Panel with games that talk, for tests, demos and trying rules.

All of it is sans-IO and told the time, like the core, but for the five that the list begins with.

    serve · terminal    on sockets of the loopback; as the command `automaton simulate`
    backend · drive     in memory, for the real httpx on any clock; who lets a world's time pass
    pty                 programs of this machine on terminals of their own; launch becomes one
    world               everything in one place, from one seed
    node · wire         Wings' process; one TCP connection to it
    upgrade · api       what Wings answers over HTTP
    generation          what differs between Wings' versions; panel_kind the same of Panels
    estate              what one Panel knows of: its users, its nodes, their servers
    websocket           one websocket's frames
    connection          one websocket's conversation; message, tokens, limiter and frames are its parts
    server              one server's state; power, crash, meter, install, backups, disk, transfer, features
                        and pump are its parts
    process · games     a container with its terminal (output); what runs in it (eggs)
    native              a program as such a game; program is its description, usage what it uses
    panel               the client API; panel_guard, accounts and panel_shapes are its parts
    faults · control    what may go wrong on request, and the API to ask for it; fault_links and
                        fault_servers are their deeds; log is what was seen
    scenario · choice   faults over time, from a file; what the command line asks for, in words
    caller              a scripted client over bytes
"""
