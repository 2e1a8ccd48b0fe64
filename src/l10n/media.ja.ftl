### Bandwidth, quality, scenarios and watching.
plan-together = 上り・下り同時の帯域の測定（最大 上り{ $up }・下り{ $down }、{ $reflector }）
net-together = 上り・下り同時の帯域 { $family }: 上り{ $up }、下り{ $down }（リフレクター: { $role }）
reason-bandwidth-not-together = 上り・下り同時では帯域不足
reason-bandwidth-not-together-why = 上り・下りを別々に測ると必要な帯域を満たしますが、通話中のように同時に使うと不足します。Wi-Fiなど、上りと下りで帯域を共有する回線で起こります。

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
