### 通信ポート: 各ポートの状態と、ファイアウォール担当者への申請内容。

## ポートの状態
standing-open = 開通
standing-blocked-up = 上り方向で遮断
standing-blocked-down = 下り方向（応答）で遮断
standing-blocked = 遮断
standing-rejected = 拒否
standing-intercepted = 別の機器が応答
standing-unproved = 未確認
standing-not-testable = この環境では確認不可
standing-between-blocked = 遮断ポートに挟まれた未試行
standing-sampled = 未試行（抽出確認）
standing-untried = 未試行
what-ports-between = うち未試行（遮断ポートの間）

## ファイアウォール申請
firewall-title = ファイアウォール担当者への申請内容
firewall-intro = 以下の通信の許可をお願いします。各項目は、上記の確認で不合格または未確認となったポートです。
firewall-how = 「遮断」「拒否」は確認済みです。「未確認」「未試行」は遮断を確認したものではないため、先に現在の設定を確認してください。ホスト名による許可を推奨します。ホスト名を扱えない機器では、ベンダーのアドレス一覧を使用してください。
firewall-none = 申請は不要です。必要なポートはすべて開通を確認しました。
firewall-no-ports = 判定した要件には、通信ポートの指定がありません。
firewall-summary = { $ports } 宛先 { $to }: { $state }
firewall-tried = { $of }ポート中{ $tried }ポートを試行
firewall-state-tried = { $state }（{ $of }ポート中{ $tried }ポートを試行）
firewall-way = { $from }から{ $to }へ
firewall-col-state = 状態
firewall-col-ports = ポート
firewall-col-way = 方向
firewall-col-for = 用途
firewall-col-without = 許可しない場合
firewall-col-protocol = プロトコル
firewall-col-tried = 試行数
firewall-col-direction = 通信方向
firewall-col-from = 送信元
firewall-col-to = 宛先
firewall-col-lists = アドレス一覧
firewall-col-family = IPバージョン
firewall-col-level = 区分
firewall-col-scenarios = 利用形態
firewall-col-source = 要件の出典
firewall-outbound = 外向き（戻りの通信を含む）
firewall-return = 戻りの通信（外向きは通過済み）
firewall-pc-network = このPCのネットワーク
firewall-controller-network = コントローラのネットワーク
firewall-cloud = ベンダーのクラウド
firewall-control-pc = Zoom Rooms制御用PC
firewall-family-unknown = IPv4およびIPv6（未試行）
firewall-without-fails = このポートを必要とする機能が使えない可能性あり
firewall-without-falls-back = メディアは開通済みのTCP { $port } へ切替（利用可能、品質は低下）
firewall-without-may-fall-back = TCP { $port } が開通していれば（未確認）メディアはそちらへ切替（利用可能、品質は低下）
firewall-without-recommended = 推奨要件を満たさない
firewall-without-informative = 参考（仕様書上の要件ではない）
ticket-firewall = ファイアウォール申請

## ポート範囲
help-arg-range-method = 広いポート範囲の確認方法: 無作為抽出（sample）、64ポートおき（grid）、全ポート（full）。前の2つでは遮断範囲の境界まで特定します
help-arg-max-flows = 多数のUDPポートを確認するときの同時フロー数の上限（小型ルーターの余裕は数千）
plan-ports-flows = { $step }（同時フローは最大{ $flows }）
net-sample = 無作為に選んだ{ $tried }ポートのうち{ $silent }ポートが無応答: 全{ $of }ポートの{ $lower }から{ $upper }に相当（95 %）

## NAT
nat-untranslated = 変換なし
nat-endpoint-independent = 宛先によらず同じ割り当て
nat-address-dependent = 宛先アドレスごとの割り当て
nat-port-dependent = 宛先アドレスとポートごとの割り当て
nat-not-port-dependent = 同じ宛先アドレスの全ポートで同じ割り当て（他のアドレスについては確認不可）
net-nat = UDPのアドレス変換 { $family }: { $mapping }、ポートの維持: { $kept }（リフレクター: { $role }）
net-nat-idle = 無通信{ $gap }秒後の応答: { $kept }
nat-idle-kept = 到達
nat-idle-lost = 未到達
help-arg-nat-timeout = 無通信のUDPフローが経路上で何秒保持されるかも確認します。無通信の秒数を指定します（省略時は15、30、60、120）
plan-nat = 経路上のNATの動作を { $reflector } で確認
plan-nat-idle = 経路上のNATの動作を { $reflector } で確認し、無通信{ $gaps }秒の後にも通信
