//! TLS towards PostgreSQL: what `sslmode` and `sslrootcert` of the address mean.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Error;

/// How far the server is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    Disable,
    Prefer,
    Require,
    VerifyFull,
}

/// The TLS part of a PostgreSQL address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsOptions {
    trust: Trust,
    root_cert: Option<PathBuf>,
}

/// Takes `sslmode` and `sslrootcert` out of the address and returns the rest.
pub(crate) fn split_url(url: &str) -> Result<(String, TlsOptions), Error> {
    let mut tls = TlsOptions { trust: Trust::Prefer, root_cert: None };
    let Some((address, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), tls));
    };
    let mut rest = Vec::new();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        match key {
            "sslmode" => tls.trust = trust(&value)?,
            "sslrootcert" => tls.root_cert = Some(PathBuf::from(value.into_owned())),
            _ => rest.push(pair),
        }
    }
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    Ok((format!("{address}{query}"), tls))
}

fn trust(value: &str) -> Result<Trust, Error> {
    match value {
        "disable" => Ok(Trust::Disable),
        "prefer" => Ok(Trust::Prefer),
        "require" => Ok(Trust::Require),
        "verify-full" => Ok(Trust::VerifyFull),
        _ => Err(Error::bad_url(format!("sslmode={value}: write disable, prefer, require or verify-full"))),
    }
}

impl TlsOptions {
    pub(crate) fn mode(&self) -> SslMode {
        match self.trust {
            Trust::Disable => SslMode::Disable,
            Trust::Prefer => SslMode::Prefer,
            Trust::Require | Trust::VerifyFull => SslMode::Require,
        }
    }

    pub(crate) fn connector(&self) -> Result<MakeRustlsConnect, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(Error::bad_url)?;
        let config = match (self.trust, self.roots()?) {
            (Trust::VerifyFull, Some(roots)) => builder.with_root_certificates(roots),
            (Trust::VerifyFull, None) => builder.with_root_certificates(native_roots()?),
            (_, roots) => builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyName { provider, roots })),
        };
        Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
    }

    fn roots(&self) -> Result<Option<RootCertStore>, Error> {
        let Some(file) = &self.root_cert else {
            return Ok(None);
        };
        let wrong = |problem: String| Error::bad_url(format!("sslrootcert={}: {problem}", file.display()));
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))? {
            let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
            roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
        }
        match roots.is_empty() {
            true => Err(wrong("no certificate in it".to_owned())),
            false => Ok(Some(roots)),
        }
    }
}

fn native_roots() -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    match roots.is_empty() {
        true => Err(Error::bad_url("this machine has no root certificates: name a file with sslrootcert")),
        false => Ok(roots),
    }
}

/// Verifies the chain if there are roots, but not the host name: what `require` promises.
#[derive(Debug)]
struct AnyName {
    provider: Arc<CryptoProvider>,
    roots: Option<RootCertStore>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tls_part_is_taken_out_of_the_address() {
        let (rest, tls) = split_url("postgres://u@h/d?a=b&sslmode=verify-full&sslrootcert=%2Fca%20x.pem&c=d").unwrap();
        assert_eq!(rest, "postgres://u@h/d?a=b&c=d");
        assert_eq!(tls, TlsOptions { trust: Trust::VerifyFull, root_cert: Some("/ca x.pem".into()) });
        let (rest, tls) = split_url("postgres://u@h/d?sslmode=disable").unwrap();
        assert_eq!((rest.as_str(), tls.mode()), ("postgres://u@h/d", SslMode::Disable));
        assert!(matches!(split_url("postgres://h/d?sslmode=allow"), Err(Error::BadUrl(_))));
    }
}
