//! The services that run a command: `shell,v2,raw:` with separate stderr and exit status, and `exec:` with both
//! merged. Commands run in this process: those of [`crate::commands`], `tail -c +N FILE`, `ls`, `echo` and
//! `true`.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::mpsc;

use super::Device;
use super::line::{self, Where};
use super::session::Channel;

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const EXIT: u8 = 3;

const CHUNK: usize = 64 * 1024;

/// Whether a service's name is one of these.
pub(super) fn is_served(service: &str) -> bool {
    split(service).is_some()
}

/// The command, and whether its output is framed (shell v2).
fn split(service: &str) -> Option<(&str, bool)> {
    if let Some(command) = service.strip_prefix("exec:") {
        return Some((command, false));
    }
    let (head, command) = service.split_once(':')?;
    let mut options = head.split(',');
    let is_shell = options.next() == Some("shell");
    let options: Vec<&str> = options.collect();
    (is_shell && options.contains(&"v2") && options.contains(&"raw")).then_some((command, true))
}

/// Runs the command and sends what it prints.
pub(super) async fn serve(channel: &mut Channel, service: &str, device: Arc<Device>) -> io::Result<()> {
    let Some((command, framed)) = split(service) else {
        return Ok(());
    };
    let command = command.to_owned();
    let (printer, mut printed) = mpsc::channel::<(u8, Bytes)>(4);
    let running = tokio::task::spawn_blocking(move || run_line(&command, &device, &printer));
    while let Some((id, bytes)) = printed.recv().await {
        send(channel, framed, id, &bytes).await?;
    }
    let status = running.await.map_err(io::Error::other)?;
    if framed {
        send(channel, framed, EXIT, &[status]).await?;
    }
    Ok(())
}

async fn send(channel: &mut Channel, framed: bool, id: u8, bytes: &[u8]) -> io::Result<()> {
    if framed {
        let mut header = BytesMut::with_capacity(5);
        header.put_u8(id);
        header.put_u32_le(u32::try_from(bytes.len()).map_err(io::Error::other)?);
        channel.write(&header).await?;
    }
    channel.write(bytes).await
}

fn run_line(line: &str, device: &Device, printer: &mpsc::Sender<(u8, Bytes)>) -> u8 {
    let mut out = Printed::new(STDOUT, printer);
    let mut err = Printed::new(STDERR, printer);
    let Some(commands) = line::parse(line) else {
        let _ = writeln!(
            err,
            "/system/bin/sh: syntax error: not served by this simulated phone"
        );
        let _ = err.flush();
        return 2;
    };
    let mut status = 0;
    for command in commands.iter().filter(|command| !command.words.is_empty()) {
        if command.if_success && status != 0 {
            continue;
        }
        // Nothing here prints on both, so the order of merged lines is right.
        let mut merged = Printed::new(STDOUT, printer);
        let (mut no_out, mut no_err) = (io::sink(), io::sink());
        let to_out: &mut dyn Write = match command.out {
            Where::Nowhere => &mut no_out,
            _ => &mut out,
        };
        let to_err: &mut dyn Write = match command.err {
            Where::Itself => &mut err,
            Where::Stdout => &mut merged,
            Where::Nowhere => &mut no_err,
        };
        // An error here means that the peer has gone; nobody reads on.
        status = run(&command.words, device, to_out, to_err).unwrap_or(1);
        let (_, _) = (to_out.flush(), to_err.flush());
    }
    status
}

fn run(words: &[String], device: &Device, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<u8> {
    match words[0].as_str() {
        "true" => return Ok(0),
        "echo" => {
            writeln!(out, "{}", words[1..].join(" "))?;
            return Ok(0);
        }
        "ls" => return ls(&words[1..], device, out, err),
        "tail" => return tail(&words[1..], device, out, err),
        _ => {}
    }
    let providers = match crate::commands::open(words, &device.database) {
        Ok(providers) => providers,
        Err(error) => {
            writeln!(err, "{error}")?;
            return Ok(1);
        }
    };
    match crate::commands::run(words, &providers, Some(&device.storage), out, err)? {
        Some(status) => Ok(status),
        None => {
            writeln!(err, "/system/bin/sh: {}: inaccessible or not found", words[0])?;
            Ok(127)
        }
    }
}

/// `ls [-a] PATH`: the names in a folder, or the path of a file.
fn ls(arguments: &[String], device: &Device, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<u8> {
    let all = arguments.iter().any(|word| word == "-a");
    let path = arguments.last().map_or("", String::as_str);
    let real = device.storage.resolve(path);
    let Some((real, found)) =
        real.and_then(|real| fs::symlink_metadata(&real).ok().map(|found| (real, found)))
    else {
        writeln!(err, "ls: {path}: No such file or directory")?;
        return Ok(1);
    };
    if !found.is_dir() {
        writeln!(out, "{path}")?;
        return Ok(0);
    }
    let mut names: Vec<String> = fs::read_dir(real)?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| all || !name.starts_with('.'))
        .collect();
    if all {
        names.extend([".".to_owned(), "..".to_owned()]);
    }
    names.sort();
    for name in names {
        writeln!(out, "{name}")?;
    }
    Ok(0)
}

/// `tail -c +N FILE`: from the Nth byte (counted from 1) on.
fn tail(arguments: &[String], device: &Device, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<u8> {
    let from = match arguments {
        [flag, from, _] if flag == "-c" => from.strip_prefix('+').and_then(|from| from.parse::<u64>().ok()),
        _ => None,
    };
    let (Some(from), Some(path)) = (from, arguments.last()) else {
        writeln!(err, "tail: only -c +N FILE is served")?;
        return Ok(1);
    };
    let Some(mut file) = device.storage.open(path) else {
        writeln!(err, "tail: {path}: No such file or directory")?;
        return Ok(1);
    };
    file.seek(SeekFrom::Start(from.saturating_sub(1)))?;
    let mut buffer = vec![0; CHUNK];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(0),
            length => out.write_all(&buffer[..length])?,
        }
    }
}

/// What a command prints, in chunks, on its way to the channel.
struct Printed<'a> {
    id: u8,
    to: &'a mpsc::Sender<(u8, Bytes)>,
    waiting: Vec<u8>,
}

impl<'a> Printed<'a> {
    fn new(id: u8, to: &'a mpsc::Sender<(u8, Bytes)>) -> Self {
        Self {
            id,
            to,
            waiting: Vec::with_capacity(CHUNK),
        }
    }
}

impl Write for Printed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = &bytes[..bytes.len().min(CHUNK)];
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.waiting);
        self.to
            .blocking_send((self.id, bytes.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
