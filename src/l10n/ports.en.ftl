### Ports: what is known of each, and what to ask of the firewall.

## What is known of ports
standing-open = open
standing-blocked-up = blocked on the way out
standing-blocked-down = answers blocked on the way back
standing-blocked = blocked
standing-rejected = rejected
standing-intercepted = answered by something else
standing-unproved = not proved
standing-not-testable = not testable here
standing-between-blocked = between blocked ports
standing-sampled = not tried (sampled)
standing-untried = not tried
what-ports-between = of these not tried, between blocked ports

## Firewall sheet
firewall-title = What to ask of the firewall team
firewall-intro = Please allow the following. Each entry is a port that failed or is not proved in the check named above.
firewall-how = "Blocked" and "rejected" are proved; "not proved" and "not tried" are not, so check the rule first. Prefer rules by name; use the vendor's address lists where the firewall knows no names.
firewall-none = Nothing to ask for: every port that was asked for is proved open.
firewall-no-ports = The requirements that were judged ask for no ports.
firewall-summary = { $ports } to { $to }: { $state }
firewall-tried = tried { $tried } of { $of }
firewall-state-tried = { $state } (tried { $tried } of { $of })
firewall-way = { $from } to { $to }
firewall-col-state = State
firewall-col-ports = Ports
firewall-col-way = Direction
firewall-col-for = Needed for
firewall-col-without = Without it
firewall-col-protocol = Protocol
firewall-col-tried = Tried
firewall-col-direction = Direction
firewall-col-from = From
firewall-col-to = To
firewall-col-lists = Address lists
firewall-col-family = IP version
firewall-col-level = Level
firewall-col-scenarios = Scenarios
firewall-col-source = Source of the requirement
firewall-outbound = outbound, with its return traffic
firewall-return = return traffic (outbound passes already)
firewall-pc-network = this PC's network
firewall-controller-network = the controllers' network
firewall-cloud = the vendor's cloud
firewall-control-pc = the Zoom Rooms control PC
firewall-family-unknown = IPv4 and IPv6 (not tried)
firewall-without-fails = What needs these ports may not work at all.
firewall-without-falls-back = Media falls back to TCP { $port }, which is open: works, in lower quality.
firewall-without-may-fall-back = Media falls back to TCP { $port } where that is open (not proved here): works, in lower quality.
firewall-without-recommended = A recommendation is missed.
firewall-without-informative = For information: the document does not ask for it here.
ticket-firewall = Firewall request

## Ranges of ports
help-arg-range-method = How ranges of many ports are tried: random ports (sample), every 64th (grid), or every port (full); the first two find the exact edges of what is blocked
help-arg-max-flows = Live UDP flows at most while many ports are tried; small routers have room for a few thousand
plan-ports-flows = { $step }; at most { $flows } live flows
net-sample = of { $tried } random ports, { $silent } did not answer: between { $lower } and { $upper } of the { $of } ports (95 %)

## NAT
nat-untranslated = not translated
nat-endpoint-independent = one mapping for every destination
nat-address-dependent = a mapping for each destination address
nat-port-dependent = a mapping for each destination address and port
nat-not-port-dependent = one mapping for all ports of an address (whether for other addresses too is not provable here)
net-nat = UDP addresses { $family }: { $mapping }; port kept: { $kept } (reflector { $role })
net-nat-idle = answer after { $gap } s of silence: { $kept }
nat-idle-kept = arrives
nat-idle-lost = lost
help-arg-nat-timeout = Also find out for how long a silent UDP flow is remembered on the way: gaps of so many seconds (15, 30, 60 and 120 unless given)
plan-nat = Ask { $reflector } what NATs on the way do
plan-nat-idle = Ask { $reflector } what NATs on the way do, and speak again after silent gaps of { $gaps } s
