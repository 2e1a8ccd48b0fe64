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
