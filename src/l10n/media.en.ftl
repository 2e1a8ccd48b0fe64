### Bandwidth, quality, scenarios and watching.
plan-together = Load both directions at once with up to { $up } up and { $down } down against { $reflector }
net-together = Bandwidth in both directions at once { $family }: up { $up }, down { $down } (reflector { $role })
reason-bandwidth-not-together = Too little bandwidth in both directions at once
reason-bandwidth-not-together-why = Each direction carries the need by itself, but not while the other is in use, as in a call. Wi-Fi and other shared links behave like this.

## Streams
media-audio = Voice
media-video = Video
load-idle = idle line
load-call = during a call
net-quality-burst = longest run lost { $count }
net-quality-late = { $count } later than { $deadline }
net-quality-reordered = { $count } reordered
net-quality-duplicates = { $count } duplicated
net-quality-added = delay added by the call { $delay } (p95)
net-quality-mos = MOS { $score } ({ $codec }, secondary figure)

## Scenarios
readiness-ready = ready
readiness-tight = ready but tight
readiness-not-ready = not ready
readiness-not-proved = not proved
carries-ready = Highest scenario this line carries: { $scenario } ({ $need }).
carries-tight = Highest scenario this line carries, with little or no room: { $scenario } ({ $need }).
carries-none = No scenario is proved.
carries-self = No scenario is proved: only this program itself was measured, not the network.
col-at-once = At once (computed)
beyond-test = { $count }; need above what can be tested
reason-bandwidth-beyond-test = Need above what can be tested
reason-bandwidth-beyond-test-why = The need of all participants is above the highest rate that meetready sends (100 Mbps). The line carried all that was tried; whether it carries the rest was not tested.
next-compare-contract = Compare the need with the rate that the line's contract guarantees, and compute with `meetready plan --line UP/DOWN`.
plan-line-title = A line of { $up } up and { $down } down
plan-line-computed = Computed from these rates, not measured: how many people or rooms at once, with nothing left for other traffic. Rates are IP-layer rates.
help-arg-line = Rates of a line in Mbps, up/down: compute how many people or rooms at once it carries

## Watching
what-windows-breached = Watched
windows-worst = breached in { $breached } of { $count } windows, worst at { $at }
windows-none = breached in none of { $count } windows
watch-head = Watched against { $reflector }: { $count } windows, one every { $every }; { $failed } without an answer, session made anew { $again } times, asleep { $slept } times
watch-stopped = stopped before its time
watch-window = { $at }  lost up { $up }, down { $down }; jitter up { $jitterup }, down { $jitterdown }; round trip p95 { $delay }
watch-window-failed = { $at }  no answer: { $came }
watch-reconnected = connected again
watch-slept = this PC slept for { $time } before
reason-breached-in-windows = Limit breached in some windows
reason-breached-in-windows-why = The line was watched for a while. In some windows the limit was breached, although it may be kept at other times: look at what happens on the network at those times.
plan-watch = Watch for { $lasts }: voice-like stream of { $rate } each way every { $every } against { $reflector }
plan-watch-hour = Watch until stopped (cost of one hour): voice-like stream of { $rate } each way every { $every } against { $reflector }
cli-watch = --repeat and --every watch a line against a reflector: give one with --reflector
help-arg-repeat = Watch the line for so long after the first measurement, such as 10m
help-arg-every = Distance of the windows of a watched line, such as 30s; without --repeat until Ctrl+C

## Speed-test servers
help-arg-ndt7 = Also measure TCP throughput against this server, which speaks ndt7 (HOST, HOST:PORT, wss://... or, without TLS, ws://...); may be repeated. Context only: no verdict comes of it
help-arg-mlab = The same against the nearest server of Measurement Lab, a public platform that publishes every result with the public IP address it came from; asks for consent first
help-arg-mlab-consent = Consent to that publication without being asked (for scripts; whoever runs them answers for the consent of the people concerned)
plan-speed = Measure TCP throughput (ndt7) against { $server }, 10 s each way or 250 MB
plan-speed-m-lab = Ask { $server } for a server of Measurement Lab and, with consent, measure TCP throughput (ndt7) against it, 10 s each way or 250 MB
page-speed = Speed-test servers
speed-head = TCP throughput (ndt7) against { $server }
speed-head-m-lab = TCP throughput (ndt7) against { $server } of Measurement Lab
speed-proxy = , through { $proxy }
speed-consent = , published with consent given { $time }
speed-down = down: { $found }
speed-up = up: { $found }
speed-least-rtt = least round trip { $time }
speed-rtt = round trip at the end, under this load { $time }
speed-again = bytes sent again by TCP { $share } (not packet loss)
speed-join = ; { "" }
speed-context = Context only: TCP throughput proves neither what UDP media get nor any requirement, and no verdict comes of it.
cli-mlab-notice =
    Measurement Lab (M-Lab) is a public research platform. A test sends about ten seconds of data each way, as fast as the
    line can, at most 250 MB each way. M-Lab stores and publishes every result for ever, with this network's public IP
    address, the time, and the name and version of this program. Its servers accept only few tests a day from one network.
    Privacy policy: https://www.measurementlab.net/privacy/  Acceptable use: https://www.measurementlab.net/aup/
cli-mlab-question = Type yes to consent to this test and its publication; anything else leaves it out:
cli-mlab-yes = yes
cli-mlab-declined = Left out: nothing is sent to Measurement Lab.
cli-mlab-refused =
    --mlab needs consent, for Measurement Lab publishes every result with this network's public IP address
    (https://www.measurementlab.net/privacy/). Nothing was sent. Run it at a terminal to be asked, or add --mlab-consent.
