### Bandwidth, quality, scenarios and watching.

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
