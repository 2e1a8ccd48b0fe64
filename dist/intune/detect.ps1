# Intune remediation, detection script: 0 = ready (or ready with warnings), 1 = needs attention.
# Intune keeps the last line of standard output, at most 2,048 characters, and takes any text on standard error as a
# failure of the script; `--format oneline --quiet` fits both.
$exe = Join-Path $env:ProgramFiles 'meetready\meetready.exe'
if (-not (Test-Path $exe)) { Write-Output 'meetready is not installed'; exit 1 }
$line = & $exe check --no-network --format oneline --quiet 2>$null
$code = $LASTEXITCODE
Write-Output $line
if ($code -eq 0 -or $code -eq 4) { exit 0 }
exit 1
