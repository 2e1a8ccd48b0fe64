# Intune remediation, detection script: 0 = ready (or ready with warnings), 1 = needs attention.
# Intune keeps the last line of standard output, at most 2,048 characters, and takes any text on standard error as a
# failure of the script. So whatever happens, one short line is written and standard error stays empty.
# Assign it with "Run this script using the logged-on credentials": permissions of camera and microphone are the user's.
$ErrorActionPreference = 'SilentlyContinue'
# Intune starts a 32-bit host unless told otherwise; there ProgramFiles is the folder of 32-bit programs.
$programs = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$exe = Join-Path $programs 'meetready\meetready.exe'
if (-not (Test-Path -LiteralPath $exe)) { Write-Output 'meetready is not installed'; exit 1 }
$line = $null
# Stays when the program cannot start, for instance because a policy blocks it.
$code = -1
try {
    $line = & $exe check --no-network --format oneline --quiet 2>$null | Select-Object -Last 1
    $code = $LASTEXITCODE
} catch { }
if (-not $line) { $line = "meetready gave no result, exit=$code" }
Write-Output ($line.Substring(0, [Math]::Min($line.Length, 2000)))
if ($code -eq 0 -or $code -eq 4) { exit 0 }
exit 1
