//! TLS as adb has it (AOSP adb `tls/tls_connection.cpp`): version 1.3, a certificate of the adb key on our side, any
//! certificate on the other.
//!
//! A phone makes its certificate anew each time that adbd starts, so that there is nothing to know it by: whoever answers at
//! its address is believed to be it. TLS hides what is sent from all others, and the phone knows this computer by its key;
//! only pairing, which both ends prove a code for, knows the phone.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::version::TLS13;
use rustls::{
    AlertDescription, ClientConfig, DigitallySignedStruct, Error, PeerIncompatible, SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::access::unusable;
use super::connection::late;
use super::key::{Key, KeyError};
use crate::{ErrorKind, LinkError};

/// Goes on in TLS over an open socket.
///
/// # Errors
/// `Garbled` when the other side speaks no TLS, `Unsupported` when none of version 1.3, `Unplugged` when it hangs up, `Busy`
/// when nothing comes within the deadline.
pub(super) async fn start<S>(socket: S, key: &Key, deadline: Duration) -> Result<TlsStream<S>, LinkError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let config = config(key).map_err(unusable)?;
    // Only a name's form is needed: it is neither sent nor looked at.
    let name = ServerName::try_from("adb").map_err(|_| unusable(KeyError::Broken))?;
    match timeout(
        deadline,
        TlsConnector::from(Arc::new(config)).connect(name, socket),
    )
    .await
    {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(failed(error)),
        Err(_) => Err(late("beginning TLS")),
    }
}

/// What the phone said of our certificate: it tells so after the handshake has ended on our side.
pub(super) fn is_refused(error: &io::Error) -> bool {
    matches!(of_tls(error), Some(Error::AlertReceived(_)))
}

fn failed(error: io::Error) -> LinkError {
    let kind = match of_tls(&error) {
        Some(Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_)) => {
            ErrorKind::Unsupported
        }
        Some(_) => ErrorKind::Garbled,
        None => ErrorKind::Unplugged,
    };
    LinkError::caused(kind, "TLS with the phone", error)
}

fn of_tls(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

fn config(key: &Key) -> Result<ClientConfig, KeyError> {
    let broken = |_: Error| KeyError::Broken;
    let (certificate, secret) = key.certified()?;
    let provider = Arc::new(ring::default_provider());
    let anyone = Arc::new(Anyone(Arc::clone(&provider)));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(broken)?
        .dangerous()
        .with_custom_certificate_verifier(anyone)
        .with_client_auth_cert(vec![certificate], secret.into())
        .map_err(broken)?;
    config.enable_sni = false;
    Ok(config)
}

/// Believes any certificate whose key the other side has.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
