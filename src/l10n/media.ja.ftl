### Bandwidth, quality, scenarios and watching.

## 音声・映像の通信
media-audio = 音声
media-video = 映像
load-idle = 無負荷時
load-call = 通話中
net-quality-burst = 最大連続損失 { $count } 個
net-quality-late = { $deadline } を超える遅着 { $count } 個
net-quality-reordered = 順序逆転 { $count } 個
net-quality-duplicates = 重複 { $count } 個
net-quality-added = 通話による遅延の増加 { $delay }（p95）
net-quality-mos = MOS { $score }（{ $codec }、参考値）
