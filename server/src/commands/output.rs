//! The standard output of a command. A command that changes something first proves that its result can be written: a
//! secret that nobody reads is lost, and a change that nobody learns of is worse than none.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    fs::{self, File},
    io::{self, IsTerminal, Write},
    os::{
        fd::AsFd,
        unix::fs::{FileTypeExt, MetadataExt},
    },
};

/// Bytes to reserve in a file: more than an answer needs.
const ROOM: u64 = 16 * 1024;

/// The reason a result could not be written. Displays what became of the change, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error(
        "Nothing was changed, because the standard output cannot be written to: {0}. Send it to a terminal, a file or a program that reads it."
    )]
    Unproved(io::Error),
    #[error(
        "Nothing was changed, because the standard output is closed or thrown away, and what is shown once would be lost. Send it to a terminal, a file or a program that reads it."
    )]
    Nowhere,
    #[error("{said} This could not be written to the standard output: {cause}.")]
    Unsaid { said: String, cause: io::Error },
    #[error("The standard output cannot be written to: {0}.")]
    Unprinted(io::Error),
}

/// A standard output that was found to take a result.
pub struct Output(File);

impl Output {
    /// Proves the output of a command that changes something. Prints nothing yet, so that a refusal leaves the output
    /// empty.
    pub fn proved() -> Result<Self, OutputError> {
        let output = Self::standard().map_err(OutputError::Unproved)?;
        output.prove().map_err(OutputError::Unproved)?;
        Ok(output)
    }

    /// Like [`Output::proved`], for a result that is shown only once: the output must not throw it away, either.
    pub fn proved_for_a_secret() -> Result<Self, OutputError> {
        let output = Self::proved()?;
        if output.leads_nowhere().map_err(OutputError::Unproved)? {
            Err(OutputError::Nowhere)
        } else {
            Ok(output)
        }
    }

    /// Prints the result of a command that has changed nothing.
    pub fn print(text: &str) -> Result<(), OutputError> {
        Self::standard().and_then(|output| output.write(text)).map_err(OutputError::Unprinted)
    }

    /// Prints what was done. The sentence must not contain secrets, since the error repeats it.
    pub fn say(self, said: String) -> Result<(), OutputError> {
        self.write(&said).map_err(|cause| OutputError::Unsaid { said, cause })
    }

    /// Writes the text and a line ending. The text has arrived when this returns: a file is on its disk.
    pub fn write(&self, text: &str) -> io::Result<()> {
        let mut file = &self.0;
        file.write_all(format!("{text}\n").as_bytes())?;
        if file.metadata()?.is_file() { file.sync_data() } else { Ok(()) }
    }

    /// As a file, since `io::stdout` reports success for a write to a descriptor that is not open for writing.
    fn standard() -> io::Result<Self> {
        Ok(Self(File::from(io::stdout().as_fd().try_clone_to_owned()?)))
    }

    fn prove(&self) -> io::Result<()> {
        let kind = self.0.metadata()?.file_type();
        if kind.is_file() {
            return reserve(&self.0);
        }
        let mut asked = [PollFd::new(&self.0, PollFlags::OUT)];
        poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
        if asked[0].revents().intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // Other devices, /dev/full among them, fail only when they are written to.
        if kind.is_char_device() && !self.0.is_terminal() { (&self.0).write_all(b"\n") } else { Ok(()) }
    }

    /// Is this /dev/null? A standard output that was closed is, too, since Rust opens /dev/null in its place.
    fn leads_nowhere(&self) -> io::Result<bool> {
        let (here, null) = (self.0.metadata()?, fs::metadata("/dev/null"));
        Ok(here.file_type().is_char_device() && null.is_ok_and(|null| null.rdev() == here.rdev()))
    }
}

/// Reserves room behind the end of a file without changing its length. A file system that cannot do so proves
/// nothing.
#[cfg(target_os = "linux")]
fn reserve(file: &File) -> io::Result<()> {
    use rustix::{
        fs::{FallocateFlags, fallocate},
        io::Errno,
    };
    match fallocate(file, FallocateFlags::KEEP_SIZE, file.metadata()?.len(), ROOM) {
        Err(cause @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG | Errno::IO | Errno::BADF | Errno::ROFS)) => {
            Err(cause.into())
        }
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &File) -> io::Result<()> {
    Ok(())
}
