import java.net.HttpURLConnection;
import java.net.URI;

/** `java Health PORT PATH` ends with 0 where the application answers with a success: images of services have no other client. */
final class Health {
  private static final int MOST_MILLISECONDS = 2500;

  private Health() {
  }

  public static void main(String[] args) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + args[0] + args[1]);
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(MOST_MILLISECONDS);
    connection.setReadTimeout(MOST_MILLISECONDS);
    int status = connection.getResponseCode();
    System.exit(status >= 200 && status < 300 ? 0 : 1);
  }
}
