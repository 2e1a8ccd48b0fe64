# Configuration Manager compliance setting, discovery script: prints the verdict word; a non-zero exit would count as a
# failed discovery, so the exit code is always 0. Compliance rule: the value equals Ready or Warnings.
$exe = Join-Path $env:ProgramFiles 'meetready\meetready.exe'
if (-not (Test-Path $exe)) { Write-Output 'NotInstalled'; exit 0 }
& $exe check --no-network --format oneline --quiet 2>$null | Out-Null
switch ($LASTEXITCODE) {
    0 { 'Ready' }
    3 { 'NotReady' }
    4 { 'Warnings' }
    5 { 'Inconclusive' }
    default { 'Error' }
}
exit 0
