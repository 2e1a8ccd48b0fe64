### Processor names, cores, memory, and the `cpu` command.
help-cpu = Tell what processor names say, and which requirements such PCs would meet; - reads a name a line and prints a JSON object a line
help-arg-names = Processor name in quotation marks, or - for standard input

reason-cpu-name-contradicted = CPU name and model number contradict
reason-cpu-name-contradicted-why = The name of the processor and its own family and model number cannot be of one processor, so nothing is claimed about it.

cpuname-vendor = maker
cpuname-series = series
cpuname-suffix = suffix
cpuname-not-told = the name does not tell
cpuname-cores-of-kinds = { $cores } ({ $performance } performance, { $efficiency } efficiency)
cpuname-edition = Edition { $edition }
cpuname-no-line = No processor requirement speaks of such a PC.
cpuname-col-verdict = Verdict
cpuname-col-line = Requirement
cpuname-col-why = Why
cpuname-col-beside = The PC also needs
cpuname-closing = Judged from the name alone. Cores are those the processor is sold with; a PC may have some switched off. Run meetready check on the PC itself.

cpu-intel = Intel
cpu-pentium = Pentium
cpu-celeron = Celeron
cpu-atom = Atom
cpu-xeon = Xeon
cpu-intel-n = Intel N series
cpu-intel-u = Intel U series
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
cpu-amd-e = AMD E series
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

fact-usable-processors = Processors that programs may use here (affinity or container limit)
fact-process-architecture = Architecture that this meetready is built for (the PC has another)

cli-cpu-name-empty = A processor name is empty. Put each name in quotation marks, such as "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz".
cli-cpu-names-mixed = "-" reads the names from standard input, so no other name can stand beside it. Give names or "-", not both.
