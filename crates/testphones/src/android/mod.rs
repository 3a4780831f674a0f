//! A simulated Android phone: adb's protocol over loopback, the phone's commands over [`crate::Providers`], and a folder as
//! its shared storage. It ships, because the demo runs it on everybody's machine; so it is small, runs no program,
//! reads nothing outside its folder and its database, writes nothing but contacts that are put back, and listens on
//! loopback only.
//!
//! Source: android-platform-tools 34 (packages/modules/adb). It offers no delayed_ack and no compression.

mod command;
mod line;
mod session;
mod sync;
pub(crate) mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::providers::Providers;
use crate::storage::Storage;

/// A running simulated phone. Ends, with every connection to it, when dropped.
#[derive(Debug)]
pub struct Android {
    address: SocketAddr,
    _serving: JoinSet<()>,
}

/// What a phone is made of.
#[derive(Debug)]
struct Device {
    storage: Storage,
    database: PathBuf,
    banner: String,
}

impl Android {
    /// Serves a folder and a database of [`Providers`] on a free loopback port, until dropped. The database is opened
    /// anew for each command, so that it may be changed meanwhile. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// The database cannot be read, or no port can be had.
    pub async fn start(storage: Storage, database: PathBuf) -> io::Result<Self> {
        let banner = banner(&Providers::open_read_only(&database).map_err(io::Error::other)?);
        let device = Arc::new(Device {
            storage,
            database,
            banner,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, device));
        Ok(Self {
            address,
            _serving: serving,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept(listener: TcpListener, device: Arc<Device>) {
    // Dropping the set ends every connection.
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    sessions.spawn(session::serve(stream, Arc::clone(&device)));
                }
            }
            Some(_) = sessions.join_next() => {}
        }
    }
}

fn banner(providers: &Providers) -> String {
    let property = |name: &str| {
        let value = providers
            .setting(&format!("ro.product.{name}"))
            .ok()
            .flatten()
            .unwrap_or_default();
        // These would end the property.
        format!("ro.product.{name}={};", value.replace([';', '='], "_"))
    };
    format!(
        "device::{}{}{}features=shell_v2,cmd,stat_v2,ls_v2,sendrecv_v2",
        property("name"),
        property("model"),
        property("device")
    )
}

#[cfg(test)]
mod tests;
