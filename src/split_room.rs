//! Room in which the splitter can move constants.
//!
//! cargo-leptos moves the constants of a page's code (vtables, strings) into the part that has the code.
//! Aligned anew, all parts' constants together may be some bytes longer than the compiler's one segment, and
//! then the splitter (`wasm_split_cli_support` 0.2) leaves them all in what every page loads, which grows by
//! an eighth. These bytes are in the segment and belong to no code: no part gets them, the others have room.

/// More than the padding of some hundred parts.
#[used]
static ROOM: [u8; 16 * 1024] = [1; 16 * 1024];
