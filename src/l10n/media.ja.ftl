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

## 利用形態
readiness-ready = 利用可
readiness-tight = 利用可（余裕なし）
readiness-not-ready = 利用不可
readiness-not-proved = 未確認
carries-ready = この回線で利用できる最上位の利用形態: { $scenario }（{ $need }）
carries-tight = この回線で利用できる最上位の利用形態（余裕が少ない）: { $scenario }（{ $need }）
carries-none = 確認できた利用形態はありません。
carries-self = 確認できた利用形態はありません。測定したのはこのプログラム自身だけで、ネットワークは測定していません。
col-at-once = 同時利用数（計算値）
beyond-test = { $count }（必要帯域が測定上限を超過）
reason-bandwidth-beyond-test = 必要帯域が測定上限を超過
reason-bandwidth-beyond-test-why = 同時利用全員分の必要帯域が、meetreadyの送信上限（100 Mbps）を超えています。測定した範囲では回線の不足は見られませんが、それ以上は未測定です。
next-compare-contract = 必要帯域を回線契約の保証帯域と比較し、`meetready plan --line 上り/下り` で同時利用数を計算してください。
plan-line-title = 上り { $up }、下り { $down } の回線
plan-line-computed = この帯域からの計算値です（測定値ではありません）。同時に利用できる人数または室数で、他の通信の余裕は含みません。帯域はIP層の値です。
help-arg-line = 回線の帯域（Mbps、上り/下り）。同時に利用できる人数または室数を計算します

## 継続監視
what-windows-breached = 継続監視
windows-worst = { $count } 区間のうち { $breached } 区間で超過、最悪は { $at }
windows-none = { $count } 区間すべてで超過なし
watch-head = 継続監視（{ $reflector }）: { $count } 区間、{ $every } 間隔。応答なし { $failed } 回、再接続 { $again } 回、スリープ { $slept } 回
watch-stopped = 途中で停止
watch-window = { $at }  損失 上り { $up }、下り { $down }、ジッター 上り { $jitterup }、下り { $jitterdown }、往復遅延 p95 { $delay }
watch-window-failed = { $at }  応答なし: { $came }
watch-reconnected = 再接続しました
watch-slept = 直前にこのPCが { $time } スリープしていました
reason-breached-in-windows = 一部の区間で上限を超過
reason-breached-in-windows-why = 継続監視中、一部の区間で上限を超えました。他の時間帯では上限内の場合があります。該当時刻のネットワークの状況を確認してください。
plan-watch = 継続監視 { $lasts }（{ $every } ごとに双方向各 { $rate } の音声相当の通信、{ $reflector }）
plan-watch-hour = 停止するまで継続監視、表示は1時間分（{ $every } ごとに双方向各 { $rate } の音声相当の通信、{ $reflector }）
cli-watch = --repeat と --every による継続監視にはリフレクターが必要です。--reflector で指定してください
help-arg-repeat = 最初の測定の後、指定した時間だけ回線を継続監視します（例: 10m）
help-arg-every = 継続監視の間隔（例: 30s）。--repeat を省略するとCtrl+Cまで続けます

## 速度測定サーバー
help-arg-ndt7 = ndt7に対応した指定のサーバーに対するTCPスループットも測定します（HOST、HOST:PORT、wss://...、TLSなしは ws://...）。複数回指定できます。参考値であり、判定には使いません
help-arg-mlab = 最寄りのMeasurement Labのサーバーに対して同じ測定をします。すべての結果が測定元のグローバルIPアドレスとともに公開される公共の測定基盤です。実行前に同意を確認します
help-arg-mlab-consent = 確認なしで公開に同意します（スクリプト用。関係者の同意を得る責任は実行者にあります）
plan-speed = { $server } に対するTCPスループットの測定（ndt7、片方向10秒または250 MBまで）
plan-speed-m-lab = { $server } にMeasurement Labのサーバーを問い合わせ、同意があればTCPスループットを測定（ndt7、片方向10秒または250 MBまで）
page-speed = 速度測定サーバー
speed-head = { $server } に対するTCPスループット（ndt7）
speed-head-m-lab = Measurement Labの { $server } に対するTCPスループット（ndt7）
speed-proxy = 、{ $proxy } 経由
speed-consent = 、公開に同意した日時 { $time }
speed-down = 下り: { $found }
speed-up = 上り: { $found }
speed-least-rtt = 最小の往復遅延 { $time }
speed-rtt = 測定終了時（負荷中）の往復遅延 { $time }
speed-again = TCPの再送バイト { $share }（パケット損失率ではありません）
speed-join = 、
speed-context = 参考値です。TCPのスループットはUDPメディアの通信品質や要件の充足を証明しないため、判定には使いません。
cli-mlab-notice =
    Measurement Lab（M-Lab）は公共の研究用測定基盤です。測定では回線の最大速度で片方向につき約10秒間、最大250 MBの
    データを送受信します。M-Labはすべての結果を、このネットワークのグローバルIPアドレス、日時、本プログラムの名前と
    バージョンとともに無期限に保存し、公開します。1つのネットワークから1日に受け付ける測定回数には上限があります。
    プライバシーポリシー: https://www.measurementlab.net/privacy/  利用規約: https://www.measurementlab.net/aup/
cli-mlab-question = この測定と結果の公開に同意する場合は「はい」または yes と入力してください（それ以外は測定しません）:
cli-mlab-yes = はい
cli-mlab-declined = Measurement Labの測定は行いません。何も送信しません。
cli-mlab-refused =
    --mlab には同意が必要です。Measurement Labはすべての結果をこのネットワークのグローバルIPアドレスとともに公開します
    （https://www.measurementlab.net/privacy/）。何も送信していません。端末で実行して確認に答えるか、--mlab-consent を付けてください。
