### The reflector and rooms on the LAN.

## 応答側
help-arg-metrics = Prometheus 用の統計値を http://アドレス:ポート/metrics で公開（暗号化なし、到達できる人は誰でも閲覧可）。ポート番号だけの場合はこのPCからのみ閲覧可。既定では公開しない
help-arg-log-level = ログに記録する内容
help-arg-log-format = ログの形式
help-arg-log-file = 標準エラー出力の代わりに、このファイルへログを追記
cli-reflect-metrics = Prometheus 用の統計値: http://{ $address }/metrics
cli-reflect-metrics-open = このアドレスへ到達できる人は、誰でも統計値を閲覧できます。
net-reflector-used = { $reflector }（使用）
net-reflector-passed-over = { $role }。応答しましたが、先に指定されたリフレクターを使用したため測定していません
