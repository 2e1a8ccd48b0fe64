### Processor names, cores, memory, and the `cpu` command.
help-cpu = CPU名から分かることと、そのPCが満たす要件を表示します。- を指定すると、標準入力の1行を1つの名称として読み、1行に1つのJSONを出力します
help-arg-names = 引用符で囲んだCPU名。- は標準入力を指定します

reason-cpu-name-contradicted = CPU名とモデル番号が矛盾
reason-cpu-name-contradicted-why = CPUの名称と、CPU自身が示すファミリー・モデル番号が同じ製品のものではないため、何も判定していません。

cpuname-vendor = メーカー
cpuname-series = シリーズ
cpuname-suffix = 末尾の記号
cpuname-not-told = 名称からは不明
cpuname-cores-of-kinds = { $cores }（Pコア{ $performance }、Eコア{ $efficiency }）
cpuname-edition = { $edition }版
cpuname-no-line = このPCに当てはまるCPUの要件はありません。
cpuname-col-verdict = 判定
cpuname-col-line = 要件
cpuname-col-why = 理由
cpuname-col-beside = 他に必要なもの
cpuname-closing = 名称だけで判定しました。コア数は製品としての数で、PCによっては一部が無効になっています。PCが手元にあれば、そのPCでmeetready checkを実行してください。

cpu-intel = Intel
cpu-pentium = Pentium
cpu-celeron = Celeron
cpu-atom = Atom
cpu-xeon = Xeon
cpu-intel-n = Intel Nシリーズ
cpu-intel-u = Intel Uシリーズ
cpu-core-2 = Core 2
cpu-core-duo = Core Duo
cpu-core-m = Core M
cpu-core-m3 = Core m3
cpu-core-m5 = Core m5
cpu-core-m7 = Core m7
cpu-fx = AMD FX
cpu-amd-a4 = AMD A4
cpu-amd-a6 = AMD A6
cpu-amd-a8 = AMD A8
cpu-amd-a9 = AMD A9
cpu-amd-a10 = AMD A10
cpu-amd-a12 = AMD A12
cpu-amd-e = AMD Eシリーズ
cpu-phenom = Phenom
cpu-sempron = Sempron
cpu-turion = Turion
cpu-opteron = Opteron
cpu-epyc = EPYC
cpu-threadripper = Threadripper
cpu-ryzen-ai-3 = Ryzen AI 3
cpu-ryzen-ai-max = Ryzen AI Max
cpu-ryzen-z = Ryzen Z
cpu-ryzen-embedded = Ryzen Embedded
cpu-altra = Altra
cpu-cortex-a = Cortex-A
cpu-neoverse = Neoverse
cpu-via = VIA
cpu-zhaoxin = Zhaoxin
cpu-hygon = Hygon
cpu-ampere = Ampere

fact-usable-processors = プログラムが使用できるプロセッサ数（アフィニティまたはコンテナの制限）
fact-process-architecture = このmeetreadyのビルド対象（PCのアーキテクチャとは別）

cli-cpu-name-empty = CPU名が空です。"Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz"のように、名称ごとに引用符で囲んでください。
cli-cpu-names-mixed = "-"は標準入力から名称を読むため、他の名称と一緒には指定できません。名称か"-"のどちらかだけを指定してください。
