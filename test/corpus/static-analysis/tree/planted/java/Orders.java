package shop;

import java.io.File;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.ResultSet;
import javax.net.ssl.X509TrustManager;
import javax.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

class Orders {
    ResultSet of(Connection db, String customer) throws Exception {
        return db.createStatement().executeQuery("SELECT * FROM orders WHERE customer = '" + customer + "'");
    }

    ResultSet in(Connection db, String table) throws Exception {
        return db.prepareStatement(String.format("SELECT * FROM %s", table)).executeQuery();
    }

    void convert(String name) throws Exception {
        Runtime.getRuntime().exec("convert " + name + " out.png");
    }

    void archive(String name) throws Exception {
        new ProcessBuilder("sh", "-c", "tar c " + name).start();
    }

    Object read(InputStream stream) throws Exception {
        ObjectInputStream objects = new ObjectInputStream(stream);
        return objects.readObject();
    }

    byte[] digest(byte[] text) throws Exception {
        return MessageDigest.getInstance("MD5").digest(text);
    }

    File file(HttpServletRequest request) {
        String name = request.getParameter("name");
        return new File("/srv/files/" + name);
    }

    @GetMapping("/file")
    byte[] download(@RequestParam("name") String name) throws Exception {
        return Files.readAllBytes(Paths.get("/srv/files", name));
    }

    static class TrustAll implements X509TrustManager {
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
