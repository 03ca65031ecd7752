package shop;

import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import javax.net.ssl.X509TrustManager;
import javax.servlet.http.HttpServletRequest;
import org.apache.commons.io.FilenameUtils;

class Orders {
    ResultSet of(Connection db, String customer) throws Exception {
        PreparedStatement statement = db.prepareStatement("SELECT * FROM orders " + "WHERE customer = ?");
        statement.setString(1, customer);
        return statement.executeQuery();
    }

    void convert(String name) throws Exception {
        new ProcessBuilder("convert", name, "out.png").start();
    }

    byte[] digest(byte[] text) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(text);
    }

    File file(HttpServletRequest request) {
        String name = FilenameUtils.getName(request.getParameter("name"));
        return new File("/srv/files/" + name);
    }

    String settings() throws Exception {
        return Files.readString(Paths.get("/etc", "shop.yaml"));
    }

    static class Pinned implements X509TrustManager {
        private final X509TrustManager inner;

        Pinned(X509TrustManager inner) {
            this.inner = inner;
        }

        public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            inner.checkClientTrusted(chain, kind);
        }

        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            inner.checkServerTrusted(chain, kind);
        }

        public X509Certificate[] getAcceptedIssuers() {
            return inner.getAcceptedIssuers();
        }
    }
}
