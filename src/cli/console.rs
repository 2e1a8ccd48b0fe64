//! The console of this process. The one OS call of the command line, and the only unsafe code outside
//! `inventory/sys`.

#![expect(
    unsafe_code,
    reason = "GetConsoleProcessList has no safe form in the windows crate"
)]

use windows::Win32::System::Console::GetConsoleProcessList;

/// How many processes share this process's console; none when it has no console.
pub fn processes() -> Option<u32> {
    // More than one is all that matters; the call returns the true number also where the list is too short.
    let mut ids = [0_u32; 2];
    // SAFETY: the slice is valid for writing for the time of the call, and its length is passed with it.
    let count = unsafe { GetConsoleProcessList(&mut ids) };
    (count > 0).then_some(count)
}
