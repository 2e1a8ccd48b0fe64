### Bandwidth, quality, scenarios and watching.
plan-together = 上り・下り同時の帯域の測定（最大 上り{ $up }・下り{ $down }、{ $reflector }）
net-together = 上り・下り同時の帯域 { $family }: 上り{ $up }、下り{ $down }（リフレクター: { $role }）
reason-bandwidth-not-together = 上り・下り同時では帯域不足
reason-bandwidth-not-together-why = 上り・下りを別々に測ると必要な帯域を満たしますが、通話中のように同時に使うと不足します。Wi-Fiなど、上りと下りで帯域を共有する回線で起こります。
