### The reflector and rooms on the LAN.

## 応答側
help-arg-metrics = Prometheus用の統計値をhttp://アドレス:ポート/metricsで公開します（暗号化なし、到達できる人は誰でも閲覧可）。ポート番号だけの場合はこのPCからのみ閲覧できます。既定では公開しません
help-arg-log-level = ログに記録する内容
help-arg-log-format = ログの形式
help-arg-log-file = 標準エラー出力の代わりに、このファイルへログを追記します
cli-reflect-metrics = Prometheus用の統計値: http://{ $address }/metrics
cli-reflect-metrics-open = このアドレスへ到達できる人は、誰でも統計値を閲覧できます。
net-reflector-used = { $reflector }（使用）
net-reflector-passed-over = { $role }。応答しましたが、先に指定されたリフレクターを使用したため測定していません

## 会議室用の1ページ
help-format-room = 会議室用の1ページ
room-title = 会議室ネットワーク確認票（この機器から制御用PCへ）
room-not-asked = 会議室の確認は指定されていません。次を実行してください: meetready check --for rooms-controller --reflector lan:コード --format room
room-far = 制御用PC: { $address }
room-no-peer = 未到達
room-link = この機器の接続: { $link }
room-link-unknown = 不明
room-same-network = 制御用PCと同一ネットワーク: { $said }
room-ports = 制御用PCのポート
room-todo = 対応事項
room-nothing-to-do = ありません。試行したポートはすべて開通を確認しました。
room-col-ports = ポート
room-col-family = IPバージョン
room-col-state = 結果
room-state-open = 開通（確認済み）
room-state-blocked-up = 制御用PCへの往路で遮断
room-state-blocked-down = 制御用PCからの復路で遮断
room-state-blocked = 遮断
room-state-rejected = 拒否応答
room-state-intercepted = 別の機器が応答
room-state-not-testable = 制御用PCで使用中のため確認不可
room-state-unproved = 未確認
room-state-untried = 未試行
room-step-start = 設置担当: 制御用PCで meetready reflect --lan を実行し、表示されたコードを指定して再実行してください: --reflector lan:コード
room-step-reach = 設置担当: 制御用PCに到達できませんでした。まず、制御用PCで meetready reflect --lan が動作し、ファイアウォールの確認画面でプライベートネットワークを許可したことを確認してください。次に、両機器が同じネットワークにあることを確認してください。ゲスト用Wi-Fiや端末間通信の禁止（APのプライバシーセパレーター、プライベートVLAN）では、アドレスが正しくても相互に通信できません。どれが原因かは特定できていません。
room-step-open = 情報システム部門: 制御用PCのファイアウォールで、{ $ports } の受信を許可してください。許可済みの場合は、アクセスポイントまたはスイッチの端末間通信の禁止設定を確認してください。
room-step-open-route = ネットワーク担当: コントローラのネットワークから制御用PCへの { $ports } を許可するか、両機器を同じネットワークに置いてください。情報システム部門: 制御用PCのファイアウォールでも同じポートの受信を許可してください。
room-step-return = ネットワーク担当: { $ports } で制御用PCからの応答が戻りません。コントローラのネットワークへの戻り通信を許可してください。
room-step-inspect = ネットワーク担当: { $ports } では、制御用PCの代わりに途中の機器が応答しています。この機器を経路から外すか、対象から除外してください。
room-step-free = 設置担当: { $ports } は制御用PCで使用中です（Zoom Rooms自身の可能性があります）。制御用PCでZoom Roomsを終了してから再実行し、確認後に起動し直してください。
room-step-again = 設置担当: { $ports } は開通も遮断も確認できませんでした。再実行し、変わらない場合はレポート全体をネットワーク担当に渡してください。
plan-search = マルチキャストDNS（224.0.0.251とff02::fb宛てUDP 5353）でLAN内のリフレクターを探し、コードが一致したものとセッションを開始
cli-reflect-code = もう一方の機器で実行: meetready check --for rooms-controller --reflector lan:{ $code } --format room
    コードは停止するまで有効です。見つからない場合は、このPCのアドレスを付けてください: lan:{ $code }@アドレス。または次のURL全体を指定してください:
cli-reflect-firewall-windows = Windowsがmeetreadyへの通信許可を確認することがあります。「プライベートネットワーク」にチェックを入れて許可してください。管理者権限がなく許可できない場合は、管理者が dist/windows/firewall-lan.ps1 を一度実行してください。
cli-reflect-firewall-macos = macOSが外部からの接続を許可するか確認することがあります。「許可」を選択してください。
cli-reflect-firewall-linux = Linuxでは確認は表示されません。firewalldやufwを使用している場合は、TCP 7443、UDP 5353と会議室のポートの受信を許可してください。
