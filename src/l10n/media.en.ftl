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
