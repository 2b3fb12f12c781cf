"""A faithful Wings and Panel with games that talk, for tests, demos and trying rules.

Everything is sans-IO and told the time, like the core, but for `main`, `serve`, `loopback_app`,
`clock_driver` and `programs/pty`. It knows nothing of the daemon: it is written from the protocol alone.

    main                the command `automaton simulate`; simulate_options reads what is to be simulated
    serve               a world on sockets of the loopback; clock_driver has its time pass, loopback_app
                        serves its Panels over uvicorn
    simulated_world     everything in one place, from one seed
    control_api         faults in, what was seen out: how tests and the demo steer a world
    timer_schedule      what is due when; event_log is what was seen

    wings/              the node and its servers
      node              Wings' process; generation is what differs between its versions
      tcp_connection    one connection to it: HTTP, and a websocket after the upgrade
      http_api          what it answers; websocket_upgrade who may open a websocket
      websocket_handler one conversation; websocket_frames its bytes, client_message what a client says,
                        outbound_frame what Wings says, socket_token what it may see, limiter how fast
      game_server       one server, joined from server_console, game_process, power_actions, start_sequence,
                        crash_detection, resource_meter and backups; server_base is what they share
      container         one run of a game on a terminal; console_output cuts it into lines
    panel/              the client API, who may call it, and the inventory of users, nodes and servers
    games/              what runs in a container: scripted games, and the eggs that start them
    programs/           programs of this machine as such games
    faults/             what may go wrong: the catalog, what each does, and scenarios over time
"""
