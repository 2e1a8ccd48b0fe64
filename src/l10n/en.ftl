### English texts of meetready. Plain words, full sentences for why and next, no ambiguous-width characters.

## Verdicts, levels, sources
verdict-pass = PASS
verdict-warn = WARN
verdict-fail = FAIL
verdict-inconclusive = INCONCLUSIVE
verdict-not-applicable = N/A
level-required = required
level-recommended = recommended
level-informative = for information
confidence-document = the edition's own document
confidence-vendor-page = a page of the vendor
confidence-unverified = commonly quoted, not verified

## Why a reading is not there
unknown-not-collected = not collected
unknown-not-supported = this system does not tell
unknown-not-found = not found
unknown-not-permitted = no permission to read it
unknown-unparsable = not understood
unknown-timed-out = took too long
unknown-failed = could not be read
unknown-redacted = masked

## What stopped a probe
failure-dns-no-such-name = the name does not exist
failure-dns-no-address = the name has no address of this family
failure-dns-unreachable = the name server did not answer
failure-dns-refused = the name server answered with an error
failure-timed-out = no answer in time
failure-refused = connection refused
failure-reset = connection reset
failure-closed = connection closed early
failure-network-unreachable = no route to the network
failure-host-unreachable = no route to the host
failure-prohibited = forbidden by a firewall
failure-no-local-address = this PC has no address of this family
failure-tls-failed = TLS failed
failure-certificate-untrusted = certificate not trusted by this PC
failure-certificate-not-pinned = another certificate than the reflector's: TLS is opened on the way
failure-certificate-wrong-name = certificate for another name
failure-certificate-expired = certificate out of date, or this PC's clock is wrong
failure-proxy-authentication-required = the proxy asks for a login
failure-proxy-failed = the proxy refused or broke the connection
failure-bad-reply = unexpected reply
failure-not-our-reflector = somebody else than the reflector answered
failure-access-denied = the reflector refused the access key
failure-busy = the reflector is busy
failure-port-not-held = the reflector could not hold this port
failure-local-socket = this PC could not open a socket
failure-cancelled = the time for the run was over
failure-other = another error

## Kinds
os-windows = Windows
os-macos = macOS
os-linux = Linux
os-ios = iOS
os-ipados = iPadOS
os-android = Android
os-other = another OS
bus-built-in = built-in
bus-usb = USB
bus-bluetooth = Bluetooth
bus-hdmi = HDMI or DisplayPort
bus-virtual = virtual
bus-other = another kind
link-wired = wired
link-wifi = Wi-Fi
link-cellular = mobile network (4G/LTE)
link-vpn = VPN
link-virtual = virtual interface
link-loopback = loopback only
link-other = another kind
role-self-test = inside this program
role-outside = outside the firewall
role-lan = on the LAN
grade-authenticated-echo = proved by our reflector
grade-service-reply = the service answered
grade-handshake-only = connected, sender not proved
grade-reject = rejected
grade-silence = no answer
direction-up = up
direction-down = down
scope-cloud = the service's cloud
scope-lan = the control PC on the LAN
segment-desktop = desktop CPU
segment-mobile = laptop CPU
segment-server = server CPU
segment-embedded = embedded CPU
device-camera = Camera
device-microphone = Microphone
device-speaker = Speaker
stance-not-guaranteed = operation in a virtual desktop is not guaranteed
stance-not-recommended = use in a virtual desktop is not recommended
metric-loss = packet loss
metric-jitter = jitter
metric-round-trip = round trip delay
metric-one-way-delay = one-way delay
about-client-features = What the web client and the app can do
about-browser-features = What the web client can do in each browser
about-supported-software = Supported software
about-download = Software to install
about-condition = Conditions

## Kinds of requirements
kind-os = Operating system
kind-cpu = Processor
kind-memory = Memory
kind-device = Camera and sound
kind-display = Display
kind-browser = Browser
kind-app = App
kind-link = Internet connection
kind-same_network = Same network
kind-session = Virtual desktop
kind-port = Ports
kind-bandwidth = Bandwidth
kind-quality = Media quality
kind-statement = Statement

## What is measured
what-os = OS
what-cpu-model = CPU
what-cpu-tier = CPU family
what-cpu-generation = generation
what-cpu-segment = kind of CPU
what-cores = cores
what-performance-cores = performance cores
what-efficiency-cores = efficiency cores
what-base-clock = base clock
what-max-clock = maximum clock
what-bits = bits
what-memory-installed = installed memory
what-memory-usable = usable memory
what-devices = devices
what-device-bus = connection
what-displays = displays
what-diagonal = screen size
what-touch = touch screen
what-touch-driver = touch driver
what-browser = browser
what-app = app
what-link = link
what-link-technology = standard
what-link-speed = link speed
what-network = network
what-virtual-desktop = virtual desktop
what-ports = ports
what-ports-open = open
what-ports-blocked = blocked
what-ports-unproved = not proved
what-ports-tried = tried
what-up = up
what-down = down
what-loss-up = loss up
what-loss-down = loss down
what-jitter-up = jitter up
what-jitter-down = jitter down
what-round-trip = round trip
what-one-way-delay = one-way delay

## What limits a scenario
limited-up = bandwidth up
limited-down = bandwidth down
limited-up-and-down = bandwidth up and down
limited-ports = blocked ports
limited-tcp-fallback = UDP blocked, media over TCP
limited-quality = loss, jitter or delay
limited-device = this device
limited-not-measured = not measured

## Who must act
owner-user = User
owner-it = IT department
owner-network = Network team
owner-reseller = Reseller

## Reasons
reason-met = Met
reason-met-why = The requirement is proved to be met.
reason-within-range = Within the printed range
reason-within-range-why = The figure reaches the lower end of the printed range, but not its upper end.
reason-not-collected = Not collected
reason-not-collected-why = This fact was not part of what was collected or supplied, so nothing is claimed about it.
reason-unknown = Could not be read
reason-unknown-why = The system did not tell this value, so nothing is claimed about it.
reason-other-device = Facts of another kind of device
reason-other-device-why = The facts are from another kind of device than this variant asks for, so they say nothing about it.
reason-other-platform = For another platform
reason-other-platform-why = This requirement holds for another operating system.
reason-statement = Statement of the document
reason-statement-why = The document states this; nothing on the PC can answer it.
reason-os-unlisted = OS not listed
reason-os-unlisted-why = The document does not list this OS. What is not listed is not supported.
reason-os-too-old = OS too old
reason-os-too-old-why = The OS version is older than the oldest one listed.
reason-os-ending = Support for this OS is ending
reason-os-ending-why = The document lists this OS only until a named client release. A client of that release or later cannot be used on it.
reason-os-ended = Support for this OS has ended
reason-os-ended-why = The installed client is of a release that no longer supports this OS.
reason-cpu-too-few-cores = Too few CPU cores
reason-cpu-too-few-cores-why = The processor has fewer physical cores than asked for.
reason-cpu-too-few-hybrid-cores = Too few performance or efficiency cores
reason-cpu-too-few-hybrid-cores-why = The processor has fewer performance or efficiency cores than asked for.
reason-cpu-clock-too-low = CPU base clock too low
reason-cpu-clock-too-low-why = The base clock of the processor is below the figure asked for.
reason-cpu-only-max-clock = Only the maximum clock reaches the figure
reason-cpu-only-max-clock-why = The base clock is below the figure and only the short-time maximum reaches it. Long meetings run near the base clock.
reason-cpu-clock-unknown = CPU base clock unknown
reason-cpu-clock-unknown-why = The system did not tell the base clock, so the clock requirement is neither met nor missed.
reason-cpu-generation-too-old = CPU generation too old
reason-cpu-generation-too-old-why = The processor is of an older generation than the oldest one listed.
reason-cpu-class-too-low = CPU class too low
reason-cpu-class-too-low-why = The processor is of a lower class than the lowest one listed.
reason-cpu-wrong-segment = CPU of another kind
reason-cpu-wrong-segment-why = The document asks for a desktop processor, and this one is of another kind, such as a laptop processor.
reason-cpu-unlisted = CPU not listed, figures met
reason-cpu-unlisted-why = The document does not name this processor. As far as figures are asked for, it meets them.
reason-cpu-intel-mac = Mac with an Intel processor
reason-cpu-intel-mac-why = The document lists only Macs with Apple chips.
reason-cpu-not-decoded = CPU name does not tell enough
reason-cpu-not-decoded-why = The name of the processor does not tell what is asked for, so nothing is claimed about it.
reason-cpu-not-64-bit = Not a 64-bit processor
reason-cpu-not-64-bit-why = The document asks for a 64-bit processor.
reason-memory-too-little = Too little memory
reason-memory-too-little-why = The PC has less memory than asked for.
reason-memory-nearly-met = Installed memory unknown, usable memory close to the figure
reason-memory-nearly-met-why = Only the usable memory could be read. It is below the figure by no more than what graphics and firmware usually take.
reason-device-missing = No device
reason-device-missing-why = No device of this kind is connected.
reason-device-unlisted = Connected in a way that is not listed
reason-device-unlisted-why = A device is there, but it is connected in a way that the document does not list.
reason-display-too-few = Too few displays
reason-display-too-few-why = Fewer displays are connected than asked for.
reason-display-too-small = Screen too small
reason-display-too-small-why = The screen is smaller than the minimum size.
reason-display-small = Screen below the recommended size
reason-display-small-why = The screen is smaller than recommended; functions are limited.
reason-touch-missing = No touch screen
reason-touch-missing-why = No touch screen is connected.
reason-touch-no-driver = Touch driver not working
reason-touch-no-driver-why = A touch screen is there, but its driver is not installed or not working.
reason-browser-missing = No listed browser
reason-browser-missing-why = None of the listed browsers is installed.
reason-browser-too-old = Browser too old
reason-browser-too-old-why = A listed browser is installed, but its version is too old.
reason-browser-data-stale = Latest browser version not known
reason-browser-data-stale-why = The list of browser releases is missing or more than 60 days old, so it cannot be said how far behind this browser is.
reason-app-suffices = App instead of a browser
reason-app-suffices-why = No fitting browser is installed, but the app is, and it is enough.
reason-app-missing = App not installed
reason-app-missing-why = The app that is asked for is not installed.
reason-app-too-old = App too old
reason-app-too-old-why = The installed app is older than asked for.
reason-link-unlisted = Kind of connection not listed
reason-link-unlisted-why = The PC is connected in a way that the document does not list.
reason-link-technology-unlisted = Wi-Fi standard or mobile generation not listed
reason-link-technology-unlisted-why = The document does not list this Wi-Fi standard or mobile generation.
reason-link-hidden = Kind of connection hidden
reason-link-hidden-why = A VPN or virtual interface hides which kind of link carries the traffic.
reason-peer-unknown = The other device was not tested
reason-peer-unknown-why = It was not tested whether the controller and the control PC are in one network.
reason-other-subnet-ports-open = Other subnet, ports open
reason-other-subnet-ports-open-why = The two devices are in different subnets, but the ports between them are open.
reason-other-subnet = Other subnet, ports blocked
reason-other-subnet-why = The two devices are in different subnets and the ports between them are blocked.
reason-virtual-desktop = Virtual desktop
reason-virtual-desktop-why = This session runs in a virtual desktop, which the document advises against.
reason-network-not-asked = Network not tested
reason-network-not-asked-why = The run was told not to test the network.
reason-no-reflector = Not testable without a reflector
reason-no-reflector-why = The service answers nobody on these ports, so only a reflector outside your firewall can prove that they pass. None was given.
reason-reflector-unusable = Reflector not usable
reason-reflector-unusable-why = The reflector that was given could not be used, so nothing is claimed.
reason-self-only = Tested inside this PC only
reason-self-only-why = This was measured against this PC itself. It proves that the program works and says nothing about the network.
reason-needs-lan-reflector = Needs a reflector on the room's LAN
reason-needs-lan-reflector-why = These ports lie between the controller and the control PC; only a reflector on the control PC can prove them.
reason-needs-outside-reflector = Needs a reflector outside the firewall
reason-needs-outside-reflector-why = The reflector that was given is on the LAN and cannot prove the way to the internet.
reason-ports-sampled = Sample of the ports passed
reason-ports-sampled-why = Every port that was tried is open. Not every port of the range was tried, so single blocked ports are possible.
reason-ports-blocked-up = Ports blocked on the way out
reason-ports-blocked-up-why = Packets from this PC did not arrive at the reflector on these ports, while it answered on others.
reason-ports-blocked-down = Ports blocked on the way back
reason-ports-blocked-down-why = Packets arrived at the reflector, but its answers on these ports did not come back.
reason-ports-blocked = Ports blocked
reason-ports-blocked-why = Nothing came back on these ports, while the same reflector answered on others in the same seconds.
reason-ports-rejected = Ports rejected
reason-ports-rejected-why = Something on the way actively refuses connections on these ports.
reason-ports-fall-back = UDP blocked, media over TCP
reason-ports-fall-back-why = UDP is blocked and TCP 443 passes. Meetings work, but sound and video go over TCP and suffer when packets are lost.
reason-ports-unproved = Ports not proved
reason-ports-unproved-why = No answer came, and nothing shows that one could have come. Neither open nor blocked is proved.
reason-ports-intercepted = Somebody else answered
reason-ports-intercepted-why = A proxy, firewall or TLS inspection answered in place of the far end.
reason-ports-not-testable = Ports not testable at the reflector
reason-ports-not-testable-why = The reflector could not hold these ports, so they were not tested.
reason-dns-failed = Name resolution failed
reason-dns-failed-why = The service's names could not be resolved.
reason-one-family-only = Only IPv4 or only IPv6 passes
reason-one-family-only-why = One address family passes and the other does not.
reason-bandwidth-too-low = Bandwidth too low
reason-bandwidth-too-low-why = The line is proved to carry less than is needed.
reason-bandwidth-unclear = Bandwidth close to the need
reason-bandwidth-unclear-why = The need lies within the measured interval, so neither enough nor too little is proved.
reason-bandwidth-sender-limited = Bandwidth not measurable from this PC
reason-bandwidth-sender-limited-why = This PC or the reflector could not send fast enough to tell what the line carries.
reason-loss-too-high = Packet loss too high
reason-loss-too-high-why = More packets are lost than the limit allows.
reason-jitter-too-high = Jitter too high
reason-jitter-too-high-why = The delay varies more than the limit allows.
reason-delay-too-high = Delay too high
reason-delay-too-high-why = Packets take longer than the limit allows.
reason-quality-unclear = Quality close to the limit
reason-quality-unclear-why = The limit lies within the measured interval, so neither better nor worse is proved.
reason-measurement-failed = Measurement failed
reason-measurement-failed-why = The measurement could not be carried out, so nothing is claimed.

## Next steps
next-update-os = Update the OS to a listed version ({ $required }).
next-ask-reseller = Ask the reseller's support desk whether this is supported: { $measured }.
next-replace-processor = Use a PC whose processor meets: { $required }.
next-look-up-processor = Look up the processor ({ $measured }) at its maker and compare it with: { $required }.
next-add-memory = Add memory, or use a PC that has it: { $required }.
next-connect-device = Connect one: { $required }.
next-use-listed-device = Use a device that is connected in a listed way: { $required }.
next-connect-display = Connect displays: { $required }.
next-set-up-touch = Connect the touch display by USB and install its driver.
next-update-browser = Update the browser to a supported version ({ $required }), or install the Zoom app.
next-install-app = Install the app: { $required }.
next-update-app = Update the app: { $required }.
next-update-data = Get the newest meetready, which brings newer browser release data, and run it again.
next-use-listed-link = Connect this PC by a listed kind of link: { $required }.
next-run-outside-tunnel = Disconnect the VPN (or run on the host instead of the guest) and run meetready again.
next-join-same-network = Put the controller and the control PC into the same network, or open the ports between them: { $ports }.
next-leave-virtual-desktop = Run meetings on the local PC instead of the virtual desktop, and run meetready there.
next-supply-facts = Collect the facts on that device, or supply them by hand, and judge again.
next-check-by-hand = Look at it by hand, or run meetready again with the rights to read it. Required: { $required }.
next-run-with-network = Run meetready again without --no-network.
next-set-up-reflector = Run "meetready reflect" on a host outside the firewall, then run again with the address it prints: meetready check --reflector URL
next-set-up-lan-reflector = Run "meetready reflect --lan" on the control PC of the room, then run again with the address it prints: meetready check --reflector URL
next-check-reflector = Check that the reflector is running, that this PC can reach it, and that its whole URL was given.
next-open-ports = Allow { $ports } from this PC to { $hosts }, and the answers to it, in the firewall and proxy.
next-exempt-from-inspection = Exempt { $hosts } ({ $ports }) from the proxy and from TLS inspection.
next-fix-dns = Make the name server resolve { $hosts } for this PC.
next-raise-bandwidth = Raise the bandwidth of the line ({ $required }), or use a use that needs less.
next-measure-again = Measure again when the line is quiet.
next-improve-quality = Look for the source of the loss or delay: use a cable instead of Wi-Fi, leave the VPN, stop other traffic. Then measure again ({ $required }).
next-free-reflector-ports = Free these ports at the reflector, or run it on another host: { $ports }.

## Small words
yes = yes
no = no
none = none
or = { " " }or{ " " }
not-measured = not measured
and-more = { $shown } and { $count } more
more-lines = ... and { $count } more
amount = { $what }: { $value }
because = ({ $reason })
bound-at-least = { $value } or more
bound-at-most = { $value } or less
bound-or-later = { $value } or later
inch = { $value } inch
product-variant = { $product } ({ $variant })
see-requirement = see the requirement
time-unknown = time unknown

## The whole report
overall-pass = This PC is ready.
overall-warn = This PC is ready, with warnings.
overall-fail = This PC is not ready.
overall-inconclusive = It is not proved whether this PC is ready.
overall-not-applicable = Nothing that was asked for applies to this PC.
product-pass = { $product }: ready. { $passed ->
    [one] 1 requirement is
   *[other] All { $passed } requirements are
 } proved to be met.
product-warn = { $product }: ready with { $warned ->
    [one] 1 warning
   *[other] { $warned } warnings
 }.
product-fail = { $product }: not ready. Not met: { $failed }, not proved: { $open }, warnings: { $warned }, met: { $passed }.
product-inconclusive = { $product }: not proved. Nothing has failed, but { $open ->
    [one] 1 requirement is
   *[other] { $open } requirements are
 } open.
product-not-applicable = { $product }: does not apply to this PC.
proved-up-to = Proved up to: { $scenario } ({ $need }).
proved-none = No scenario is proved.
limited-from = Not proved or not met from: { $scenario }. Limit: { $limit }.
by-owner = [{ $owner }] { $text }

## Notices
notice-self = The reflector is this program itself. The network figures below prove that the program works. They say nothing about your network.
notice-no-network = The network was not tested. Nothing is claimed about ports, bandwidth or quality.
notice-reflector = The reflector { $address } could not be used: { $came }.
notice-sysroot = The facts were read from a folder (--sysroot), not from this running PC.
notice-participants = Bandwidth needs are for { $count } people or rooms at once.

## Headings and columns
head-first-steps = Do this first
head-requirements = Requirements: { $product }
head-scenarios = Scenarios
head-findings = Findings
head-facts = This PC
head-network = Network readings
head-about = About this report
head-baseline = Media quality (beside the edition)
col-result = Result
col-item = Requirement
col-required = Required
col-measured = Found
col-source = Source
col-scenario = Scenario
col-need = Need up / down
col-proved = Proved up / down
col-limit = Limit
col-fact = Fact
col-value = Value
col-read-from = Read from
no-requirements = No requirement of this product applies to this PC.
hidden-requirements = Not shown because they do not apply or only inform: { $count }. The JSON report holds them.
finding-for = For: { $requirements }
finding-next = Next: { $next }
judged-against = Judged against edition { $edition }: { $document }, { $publisher } (SHA-256 { $sha }).
subject = PC: { $host }; user: { $user }; { $masked }.
masked-none = nothing masked
masked-internal = masked for use inside the organisation (user name)
masked-public = masked for outsiders (user, host, addresses, network names, serials)
made-by = Made by { $name } { $version }; readings of { $time }.
exit-0 = Exit code 0: ready.
exit-3 = Exit code 3: not ready.
exit-4 = Exit code 4: ready with warnings.
exit-5 = Exit code 5: inconclusive, something was not proved.

## Facts
fact-os-version = OS version
fact-os-build = OS build
fact-architecture = Architecture
fact-cores = CPU cores
fact-performance-cores = Performance cores
fact-efficiency-cores = Efficiency cores
fact-base-clock = Base clock
fact-max-clock = Maximum clock
fact-memory = Memory
fact-memory-usable = Usable memory
fact-touch = Touch screen
fact-touch-driver = Touch driver
fact-browsers = Browsers
fact-apps = Apps
fact-link-technology = Standard
fact-link-speed = Link speed
fact-virtual-machine = Virtual machine

## Network readings
net-reflector = Reflector { $address }: { $came }
net-intercepted = { $came }; TLS is inspected, certificate by { $issuer }
net-proxy = { $came } (proxy { $proxy })
net-ports = { $ports } { $family }: tried { $tried } of { $asked } (reflector { $role })
net-rejected = rejected
net-silent-control = blocked { $way }: no answer to { $tried } tries while other ports answered
net-silent = no answer to { $tried } tries, nothing proved
net-not-tested = not tested
net-capacity = Bandwidth { $way } { $family }: { $rate } (reflector { $role })
net-sender-limited = ; limited by this PC or the reflector, not by the line
net-quality = Quality { $way } { $family }: loss { $loss }, jitter { $jitter }, round trip { $delay } (reflector { $role })

## Ticket
ticket-subject = Subject: Zoom licence service inquiry [{ $date } / company]
ticket-fill-in = -- Please fill in --
ticket-company = 1. Company (required):
ticket-name = 2. Name (required):
ticket-mail = 3. E-mail (required):
ticket-phone = 4. Phone (required):
ticket-kind = 5. Kind of inquiry (fault / how to use) (required):
ticket-details = 6. Details (required):
ticket-account = { "  " }Account number (or owner's address):
ticket-licence = { "  " }Licence (Zoom Meetings / Zoom Rooms / other):
ticket-meeting-time = { "  " }Meeting date and time:
ticket-meeting-id = { "  " }Meeting ID:
ticket-version = { "  " }Application version: { $version }
ticket-symptom = { "  " }Symptom:
ticket-heading = -- { $title } --
ticket-result = Result of meetready
ticket-findings = Findings
ticket-steps = Do this first
ticket-network = Network
ticket-device = PC
ticket-failure = { $verdict } { $requirement }: { $measured } (required: { $required }) { $reason }

## Plan
plan-title = Plan for edition { $edition }: { $targets }
plan-nothing-sent = Nothing has been sent. A run sends this and nothing else; figures are upper bounds, both directions together.
plan-empty = Nothing would be sent.
plan-col-action = Step
plan-col-packets = Packets
plan-col-bytes = Bytes
plan-col-time = Time
plan-total = In all at most { $packets } packets, { $bytes }, { $time }.
plan-resolve = Resolve { $host } (system's name server)
plan-tls = TCP and TLS to { $host }, port { $port }
plan-http = TCP and HTTP to { $host }, port { $port }
plan-control = Open a session with the reflector { $reflector }
plan-ports = Try { $tried } of { $ports } ({ $scope }) against { $reflector }
plan-capacity = Measure bandwidth { $way } with up to { $rate } against { $reflector }
plan-quality = Send media-like streams of { $rate } each way against { $reflector }

## Requirements
edition-title = { $edition }: { $document } { $version }, { $publisher } (facts of { $date })
list-sha = SHA-256 { $sha }
list-default = { " " }(default)
list-scenarios = Scenarios: { $scenarios }
show-asks = Asks: { $asked }
show-applies = Holds for: { $applies }
show-missed = Missed: { $missed }; not listed: { $unlisted }
show-source = Source: { $source }
show-note = Note: { $note }
rule-device = { $device }: { $buses }
rule-same-network = in the same network as { $peer }
rule-os-ends = { $os } (support ends with { $app } { $version })
rule-cores = { $count ->
    [one] 1 core
   *[other] { $count } cores
 } or more
rule-performance-cores = { $count } performance cores or more
rule-efficiency-cores = { $count } efficiency cores or more
rule-64-bit = 64 bit
rule-displays = { $count ->
    [one] 1 display
   *[other] { $count } displays
 } or more
rule-touch = touch display with driver
rule-recommended = recommended { $value }
rule-releases = the latest version and the { $count } before it
rule-or-app = or { $app } installed
rule-ports = { $ports } to { $scope }
rule-ports-fallback = { $ports } (falls back to TCP { $port })
rule-printed = { $value } (printed: { $printed })
cpu-family-one = { $name } generation { $min }
cpu-family-between = { $name } generation { $min } to { $max }
cpu-family-from = { $name } generation { $min } or later
cpu-family-to = { $name } up to generation { $max }

## Command line help

help-about = Is this PC, and the network it stands in, ready for Zoom? With no command: checks, saves the report and opens it.
help-check = Read this PC, probe and measure the network, judge, report
help-collect = Gather only, to a file that can be judged elsewhere
help-judge = Judge a saved file, against any edition
help-plan = List every endpoint, packet and byte that check would send; sends nothing
help-requirements = Show, compare and validate requirements
help-requirements-list = Editions with their products, variants and scenarios
help-requirements-show = Every requirement of an edition, with its source
help-requirements-diff = What changed between two editions
help-requirements-validate = Check a requirement file
help-requirements-schema = Print a JSON Schema; without a name, list them
help-reflect = Run the responder that networks are tested against, and print its join URL
help-completions = Print completions for a shell
help-man = Print the manual page
help-arg-lang = Language of the output; by default the system's
help-arg-requirements = Folder with more requirement editions, as VENDOR/EDITION/PRODUCT.json
help-arg-quiet = No progress and no remarks on stderr
help-arg-targets = Product, or product and variant, such as meetings or rooms:2-screens; may be repeated
help-arg-edition = Requirement edition, such as 2025-05; by default the latest
help-arg-scenarios = Judge only this scenario, such as group-1080p; may be repeated
help-arg-participants = How many people or rooms use this line at once; bandwidth needs are multiplied by it
help-arg-reflector = Join URL printed by meetready reflect; self tests inside this process
help-arg-no-network = Send nothing at all
help-arg-sysroot = Read the Linux tree in this folder in place of this machine
help-arg-format = Kind of output
help-arg-output = Write to this file in place of stdout
help-arg-redact = Mask the user name (internal), or all names and addresses (public)
help-arg-open = Save the report as text and JSON, and open the text
help-arg-file = File to read
help-arg-from = Earlier edition
help-arg-to = Later edition
help-arg-name = Name of the schema
help-arg-listen = Address and port of the control channel
help-arg-lan = Stands on the room's LAN (on the control PC), not outside the firewall
help-arg-host = Name or address that agents reach this host by
help-arg-state = File that keeps certificate and key, so that the join URL stays the same
help-arg-shell = Shell

## Remarks of the command line

cli-error = error: { $message }
cli-saved = Saved: { $path }
cli-written = Written: { $path }
cli-not-written = The result could not be written to the file, so it follows on standard output. { $message }
cli-open-failed = The report could not be opened by itself: { $message }
cli-cancelled = Stopped. What was measured until then is in the report.
cli-valid = { $path }: valid ({ $id }, { $entries } entries). Place it at { $place } below a --requirements folder.
cli-reflect-ready = Ready. Give this to the PC under test:
cli-reflect-outside = Stands outside: the tested network's firewall must let the PC reach this host.
cli-reflect-lan = Stands on the LAN: answers for the room's own ports. The OS firewall may ask; allow private networks.
cli-reflect-stop = Stop with Ctrl+C.
cli-reflect-stopped = Stopped.
