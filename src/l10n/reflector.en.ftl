### The reflector and rooms on the LAN.

## The responder
help-arg-metrics = Serve counters for Prometheus at http://ADDR:PORT/metrics, unencrypted and for anyone who can reach it; a port alone means this machine only. Off by default
help-arg-log-level = What goes into the log
help-arg-log-format = Form of the log's lines
help-arg-log-file = Add the log to this file in place of stderr
cli-reflect-metrics = Counters for Prometheus: http://{ $address }/metrics
cli-reflect-metrics-open = Anyone who can reach this address can read the counters.
net-reflector-used = { $reflector } (used)
net-reflector-passed-over = { $role }; answered, and was not needed because one named before it was used

## The page for a room
help-format-room = One page for a room
room-title = Room network sheet: from this device to the control PC
room-not-asked = Nothing about a room was asked for. Run: meetready check --for rooms-controller --reflector lan:CODE --format room
room-far = Control PC: { $address }
room-no-peer = not reached
room-link = Link of this device: { $link }
room-link-unknown = not known
room-same-network = Same network as the control PC: { $said }
room-ports = Ports of the control PC
room-todo = What to do
room-nothing-to-do = Nothing. Every port that was tried is proved open.
room-col-ports = Ports
room-col-family = IP version
room-col-state = Result
room-state-open = open (proved)
room-state-blocked-up = blocked on the way to the control PC
room-state-blocked-down = blocked on the way back
room-state-blocked = blocked
room-state-rejected = rejected
room-state-intercepted = answered by something else
room-state-not-testable = in use on the control PC, not testable
room-state-unproved = not proved
room-state-untried = not tried
room-step-start = Installer: on the control PC run "meetready reflect --lan", then run this again with the code that it shows: --reflector lan:CODE
room-step-reach = Installer: the control PC was not reached. Check that "meetready reflect --lan" runs there and that its firewall question was answered with "allow" for private networks. Then that both devices are in one network: a guest Wi-Fi or client isolation (AP isolation, private VLAN) keeps devices apart although both have a good address. Which of these it is, is not proved.
room-step-open = IT department: allow { $ports } inbound in the control PC's own firewall for its network. Where that is done, look for isolation between devices in the access point or switch.
room-step-open-route = Network team: allow { $ports } from the controller's network to the control PC, or put both into one network. IT department: allow the same inbound in the control PC's own firewall.
room-step-return = Network team: the answers of the control PC on { $ports } do not come back; allow return traffic to the controller's network.
room-step-inspect = Network team: something between the devices answers on { $ports } in place of the control PC; take it out of the way or exempt the control PC from it.
room-step-free = Installer: { $ports } are in use on the control PC, probably by Zoom Rooms itself. Close Zoom Rooms there, run this again, then start Zoom Rooms again.
room-step-again = Installer: { $ports } are not proved either way. Run this again; if it stays so, give the whole report to the network team.
plan-search = Look for a reflector on this LAN by multicast DNS (UDP 5353 to 224.0.0.251 and ff02::fb), and open a session with the one that knows the code
cli-reflect-code = On the other device: meetready check --for rooms-controller --reflector lan:{ $code } --format room
    The code holds until this is stopped. Where it is not found, add this PC's address: lan:{ $code }@ADDRESS. Or use the whole URL:
cli-reflect-firewall-windows = Windows may ask once whether meetready may be reached: tick "Private networks" and allow. Without admin rights that question may be refused for you; then an administrator runs dist/windows/firewall-lan.ps1 once.
cli-reflect-firewall-macos = macOS may ask whether meetready may accept incoming connections: choose "Allow".
cli-reflect-firewall-linux = Linux asks nothing. Where a firewall runs (firewalld, ufw), it must let TCP 7443, UDP 5353 and the room's ports in.
