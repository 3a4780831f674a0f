//! An emulated computer with a real USB stack, and phones that others wrote on its ports: QEMU's own MTP device, plugged in
//! and pulled out at will, and uMTP-Responder over the kernel's gadgets. Its programs and its kernel are Debian's, extracted
//! and not installed (`SIDEKEEP_MACHINE` names the folder; `cargo xtask test` makes one). It sees this computer's files
//! read-only, so that what was built here runs there, and reaches no network.

mod initrd;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::adbd;

/// Names the folder that the packages are extracted into.
const ENV_MACHINE: &str = "SIDEKEEP_MACHINE";
/// The kernel, unpacked: it starts in a third of the time.
const KERNEL: &str = "vmlinux";
/// How long it may take to start, and any one command in it: emulated, and other tests run beside it.
const PATIENCE: Duration = Duration::from_secs(150);

/// A running computer; dropping it ends it.
#[derive(Debug)]
pub struct Machine {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    monitor: Monitor,
    folder: TempDir,
    asked: u64,
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Machine {
    /// Starts one.
    ///
    /// # Errors
    /// When its programs are not there, or it does not start.
    pub fn start() -> io::Result<Self> {
        let programs = std::env::var_os(ENV_MACHINE).map(PathBuf::from);
        let programs = programs.ok_or_else(|| io::Error::other("SIDEKEEP_MACHINE is not set"))?;
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join("shared"))?;
        let initrd = folder.path().join("initrd");
        std::fs::write(&initrd, initrd::initrd(&programs)?)?;
        let mut child = qemu(&programs, folder.path(), &initrd)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.path().join("qemu.log"))?)
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let monitor = Monitor::new(&folder.path().join("monitor"));
        let monitor =
            monitor.map_err(|error| io::Error::other(format!("{error}: {}", log(folder.path()))))?;
        let mut machine = Self {
            child,
            stdin,
            lines: lines(stdout),
            monitor,
            folder,
            asked: 0,
        };
        // A shell reads from its port only once it is there.
        let until = Instant::now() + PATIENCE;
        while machine.asked("true", Duration::from_secs(2)).is_err() {
            if Instant::now() > until || machine.child.try_wait()?.is_some() {
                return Err(io::Error::other(format!("it does not start: {}", machine.log())));
            }
        }
        Ok(machine)
    }

    /// A folder that both see and write to; there it is [`Machine::SHARED`].
    pub fn shared(&self) -> PathBuf {
        self.folder.path().join("shared")
    }

    /// Where the shared folder is inside.
    pub const SHARED: &'static str = "/mnt/shared";

    /// Runs a command line there: what it wrote to stdout, and its exit code.
    ///
    /// # Errors
    /// When the computer is gone, or the command takes longer than any should.
    pub fn run(&mut self, command: &str) -> io::Result<(String, i32)> {
        self.asked(command, PATIENCE)
    }

    /// The storage of a phone that adbd shows, a folder in its memory.
    pub const STORAGE: &'static str = "/sdcard";

    /// Words that run the `adb` of adbd's build there.
    ///
    /// # Errors
    /// It is not installed.
    pub fn adb() -> io::Result<String> {
        adbd::client_line().map_err(io::Error::other)
    }

    /// Runs a command line there that has to succeed: what it wrote to stdout.
    ///
    /// # Panics
    /// When it does not.
    pub fn done(&mut self, command: &str) -> String {
        match self.run(command) {
            Ok((out, 0)) => out,
            other => panic!("{command}: {other:?}\n{}", self.log()),
        }
    }

    /// Words that run one of the extracted programs there.
    pub fn program(path: &str) -> String {
        let libraries =
            ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map(|path| format!("/mnt/programs/{path}"));
        format!(
            "/mnt/programs/lib64/ld-linux-x86-64.so.2 --library-path {} /mnt/programs/{path}",
            libraries.join(":")
        )
    }

    /// Starts the service that tells programs of what is plugged in.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_udev(&mut self) -> io::Result<()> {
        let udevd = Self::program("bin/udevadm").replacen(' ', " --argv0 systemd-udevd ", 1);
        self.run(&format!("{udevd} --daemon"))?;
        self.wait_for("test -S /run/udev/control")
    }

    /// Plugs in QEMU's MTP device with what is in this folder. Its serial number is `name`.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn plug(&mut self, name: &str, folder: &Path) -> io::Result<()> {
        let device = json!({ "driver": "usb-mtp", "id": name, "serial": name, "rootdir": folder });
        self.monitor.ask("device_add", &device)?;
        self.wait_for(&format!("grep -qx {name} /sys/bus/usb/devices/*/serial"))
    }

    /// Plugs in uMTP-Responder with what is in this folder of the machine's own. It is the only phone of the kernel's gadget,
    /// and cannot be pulled out.
    ///
    /// # Errors
    /// When it does not start.
    pub fn plug_responder(&mut self, name: &str, folder: &str) -> io::Result<()> {
        let settings = include_str!("umtprd.conf").replace("/mnt/phone", folder);
        std::fs::write(self.shared().join("umtprd.conf"), settings)?;
        let responder = Self::program("usr/bin/umtprd");
        let command = format!("{responder} -conf {}/umtprd.conf", Self::SHARED);
        self.plug_gadget(name, "/tmp/ffs", 3, &command)
    }

    /// Plugs in Android's own adbd, on a phone whose storage is [`Machine::STORAGE`] and whose providers answer from the
    /// database at this path of the machine's own. It is the only phone of the kernel's gadget; pulled out, it can be plugged in
    /// again.
    ///
    /// # Errors
    /// When it does not start.
    pub fn plug_adbd(&mut self, name: &str, database: &str) -> io::Result<()> {
        let tools = self.shared().join("bin");
        let seen = Path::new(Self::SHARED).join("bin");
        let command = adbd::command_line(&tools, &seen, Self::STORAGE, database);
        let command = command.map_err(io::Error::other)?;
        self.plug_gadget(name, "/dev/usb-ffs/adb", 2, &command)
    }

    /// Pulls out the phone of the kernel's gadget, whatever is under way, and switches it off.
    ///
    /// # Errors
    /// When there is none.
    pub fn unplug_gadget(&mut self) -> io::Result<()> {
        let (said, code) =
            self.run("echo > /sys/kernel/config/usb_gadget/phone/UDC && kill $(cat /tmp/phone.pid)")?;
        if code != 0 {
            return Err(io::Error::other(said));
        }
        self.wait_for("! kill -0 $(cat /tmp/phone.pid)")
    }

    fn plug_gadget(&mut self, name: &str, folder: &str, endpoints: u8, command: &str) -> io::Result<()> {
        let script = self.shared().join("gadget.sh");
        std::fs::write(script, include_str!("gadget.sh"))?;
        let script = format!(
            "sh {}/gadget.sh {folder} {endpoints} {name} {command}",
            Self::SHARED
        );
        if self.run(&script)?.1 != 0 {
            let said = self.run("cat /tmp/phone.log")?.0;
            return Err(io::Error::other(format!("{said}\n{}", self.log())));
        }
        self.wait_for(&format!("grep -qx {name} /sys/bus/usb/devices/*/serial"))
    }

    /// Pulls it out, whatever is under way.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn unplug(&mut self, name: &str) -> io::Result<()> {
        self.monitor.ask("device_del", &json!({ "id": name }))
    }

    /// Asks this until it succeeds.
    ///
    /// # Errors
    /// When it does not within any reasonable time.
    pub fn wait_for(&mut self, command: &str) -> io::Result<()> {
        let until = Instant::now() + PATIENCE;
        while self.run(command)?.1 != 0 {
            if Instant::now() > until {
                return Err(io::Error::other(format!(
                    "{command} never came true: {}",
                    self.log()
                )));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// What the kernel, QEMU and the commands' stderr said.
    pub fn log(&self) -> String {
        log(self.folder.path())
    }

    fn asked(&mut self, command: &str, patience: Duration) -> io::Result<(String, i32)> {
        self.asked += 1;
        let mark = format!("asked-{}-", self.asked);
        writeln!(self.stdin, "{command}\ncode=$?; echo; echo {mark}$code")?;
        let until = Instant::now() + patience;
        let mut out = String::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = match self.lines.recv_timeout(left) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => {
                    let said = format!("{command}: no end in time: {out}\n{}", self.log());
                    return Err(io::Error::new(io::ErrorKind::TimedOut, said));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::Error::other(format!("the machine is gone: {}", self.log())));
                }
            };
            if let Some(code) = line.strip_prefix(&mark) {
                let code = code.trim().parse().map_err(io::Error::other)?;
                // The empty line is ours.
                out.pop();
                return Ok((out, code));
            }
            out.push_str(&line);
            out.push('\n');
        }
    }
}

fn log(folder: &Path) -> String {
    ["qemu.log", "kernel.log"]
        .map(|name| std::fs::read(folder.join(name)).unwrap_or_default())
        .map(|log| String::from_utf8_lossy(&log).into_owned())
        .join("\n")
}

fn qemu(programs: &Path, folder: &Path, initrd: &Path) -> Command {
    let at = |path: &str| programs.join(path);
    let libraries =
        ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map(|path| at(path).into_os_string());
    let share = |path: &Path, tag: &str, more: &str| {
        format!(
            "local,path={},mount_tag={tag},security_model=none{more}",
            path.display()
        )
    };
    let mut qemu = Command::new(at("lib64/ld-linux-x86-64.so.2"));
    qemu.arg("--library-path")
        .arg(libraries.join(std::ffi::OsStr::new(":")))
        .arg(at("usr/bin/qemu-system-x86_64"))
        .env("QEMU_MODULE_DIR", at("usr/lib/x86_64-linux-gnu/qemu"));
    for path in ["usr/share/qemu", "usr/share/seabios"] {
        qemu.arg("-L").arg(at(path));
    }
    qemu.args(["-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"])
        .args([
            "-smp", "2", "-m", "1024", "-display", "none", "-vga", "none", "-net", "none",
        ])
        .args(["-monitor", "none", "-no-reboot", "-serial", "stdio"])
        .arg("-serial")
        .arg(format!("file:{}", folder.join("kernel.log").display()))
        .arg("-qmp")
        .arg(format!(
            "unix:{},server=on,wait=off",
            folder.join("monitor").display()
        ))
        .arg("-kernel")
        .arg(at(KERNEL))
        .arg("-initrd")
        .arg(initrd)
        .args([
            "-append",
            "console=ttyS1 quiet panic=-1 mitigations=off nokaslr random.trust_cpu=on",
        ])
        .arg("-virtfs")
        .arg(share(Path::new("/"), "host", ",readonly=on,multidevs=remap"))
        .arg("-virtfs")
        .arg(share(programs, "programs", ",readonly=on"))
        .arg("-virtfs")
        .arg(share(&folder.join("shared"), "shared", ""))
        .args(["-device", "virtio-rng-pci", "-device", "qemu-xhci"]);
    qemu
}

/// The lines that come, read by a thread that ends with them.
fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if tell.send(line.trim_end_matches('\r').to_owned()).is_err() {
                return;
            }
        }
    });
    told
}

/// QEMU's machine protocol: one JSON object a line.
#[derive(Debug)]
struct Monitor {
    stream: BufReader<UnixStream>,
}

impl Monitor {
    fn new(path: &Path) -> io::Result<Self> {
        let until = Instant::now() + PATIENCE;
        let stream = loop {
            match UnixStream::connect(path) {
                Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
                stream => break stream?,
            }
        };
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut monitor = Self {
            stream: BufReader::new(stream),
        };
        monitor.ask("qmp_capabilities", &json!({}))?;
        Ok(monitor)
    }

    fn ask(&mut self, command: &str, arguments: &Value) -> io::Result<()> {
        let question = json!({ "execute": command, "arguments": arguments });
        writeln!(self.stream.get_mut(), "{question}")?;
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // Between question and answer may come events.
            let answer: Value = serde_json::from_str(&line)?;
            if answer.get("return").is_some() {
                return Ok(());
            }
            if let Some(error) = answer.get("error") {
                return Err(io::Error::other(format!("{command}: {error}")));
            }
        }
    }
}
