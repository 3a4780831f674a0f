//! The phone's end of TLS: a certificate of its own, and a look at the key in the other's.

use std::io;
use std::sync::Arc;

use rsa::PublicKey;
use rsa::pkcs8::DecodePublicKey;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
};
use sidekeep_links::adb::Key;
use sidekeep_links::adb::pairing::{EXPORTED, LABEL};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Owner;

/// How TLS is spoken there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// As a phone does.
    Phone,
    /// Version 1.2 and no other.
    Old,
    /// Asking for no certificate.
    Blind,
}

/// The handshake. Without an owner, every key is let in.
pub(super) async fn accept(
    socket: TcpStream,
    key: &Key,
    how: Tls,
    owner: Option<Arc<Owner>>,
) -> io::Result<TlsStream<TcpStream>> {
    let config = config(key, how, owner).map_err(io::Error::other)?;
    TlsAcceptor::from(Arc::new(config)).accept(socket).await
}

/// What pairing puts behind the code.
pub(super) fn exported(stream: &TlsStream<TcpStream>) -> io::Result<[u8; EXPORTED]> {
    let exported = stream
        .get_ref()
        .1
        .export_keying_material([0; EXPORTED], LABEL, None);
    exported.map_err(io::Error::other)
}

fn config(key: &Key, how: Tls, owner: Option<Arc<Owner>>) -> Result<ServerConfig, Error> {
    let (certificate, secret) = key
        .certified()
        .map_err(|error| Error::General(error.to_string()))?;
    let provider = Arc::new(ring::default_provider());
    let version = match how {
        Tls::Old => &TLS12,
        Tls::Phone | Tls::Blind => &TLS13,
    };
    let guest = Arc::new(Guest {
        owner,
        provider: Arc::clone(&provider),
    });
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version])?;
    let builder = match how {
        Tls::Blind => builder.with_no_client_auth(),
        Tls::Phone | Tls::Old => builder.with_client_cert_verifier(guest),
    };
    builder.with_single_cert(vec![certificate], secret.into())
}

/// Looks whose certificate it is.
#[derive(Debug)]
struct Guest {
    owner: Option<Arc<Owner>>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Guest {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let refused = || Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
        let certificate = webpki::EndEntityCert::try_from(certificate).map_err(|_| refused())?;
        let key = PublicKey::from_public_key_der(&certificate.subject_public_key_info());
        let key = key.map_err(|_| refused())?;
        let knows = |owner: &Arc<Owner>| owner.knows(|known| *known == key);
        match self.owner.as_ref().is_none_or(knows) {
            true => Ok(ClientCertVerified::assertion()),
            false => Err(refused()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
