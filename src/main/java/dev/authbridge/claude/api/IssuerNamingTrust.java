package dev.authbridge.claude.api;

import dev.authbridge.claude.CertificateVariables;
import dev.authbridge.core.OneLine;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts what another trust manager trusts, and says of a server's certificate that is not trusted who has issued it: that
 * name tells people which proxy or authority they have to do with. May be used from any thread.
 */
final class IssuerNamingTrust extends X509ExtendedTrustManager {
    private static final int LONGEST_NAME = 160;

    private final X509ExtendedTrustManager trust;

    IssuerNamingTrust(X509ExtendedTrustManager trust) {
        this.trust = trust;
    }

    /** A certificate that is not trusted; the message says why, and what to do, in words for people. */
    static final class Untrusted extends CertificateException {
        private static final long serialVersionUID = 1;

        Untrusted(String message, CertificateException cause) {
            super(message, cause);
        }
    }

    @FunctionalInterface
    private interface Check {
        void run() throws CertificateException;
    }

    private static void checked(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            throw new Untrusted(why(chain, e), e);
        }
    }

    private static String why(X509Certificate[] chain, CertificateException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return "its certificate, issued by " + issuer(chain[0]) + ", is not valid at this time ("
                        + OneLine.of(String.valueOf(cause.getMessage()), LONGEST_NAME)
                        + "); check the clock of this machine";
            }
            if (cause instanceof CertPathBuilderException) {
                return "its certificate was issued by " + issuer(chain[chain.length - 1])
                        + ", which is not trusted here. If that is a proxy or an authority of your own network, name the PEM file"
                        + " of its certificate in " + CertificateVariables.EXTRA;
            }
        }
        return "its certificate, issued by " + issuer(chain[0]) + ", is not accepted ("
                + OneLine.of(String.valueOf(failure.getMessage()), LONGEST_NAME) + ")";
    }

    /** The name comes from the other side, which nobody trusts. */
    private static String issuer(X509Certificate certificate) {
        String name = certificate.getIssuerX500Principal().getName();
        return "\"" + OneLine.of(name, LONGEST_NAME).replace('"', '\'') + "\"";
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checked(chain, () -> trust.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checked(chain, () -> trust.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        checked(chain, () -> trust.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        trust.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        trust.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        trust.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
