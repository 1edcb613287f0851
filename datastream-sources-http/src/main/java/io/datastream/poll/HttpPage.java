package io.datastream.poll;

import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * A page that was fetched, of which a function finds the next one.
 *
 * @param uri what was asked for
 * @param headers those of the answer
 * @param body its bytes, uncompressed
 * @param records how many records it has, malformed ones among them
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, not compared
public record HttpPage(URI uri, HttpHeaders headers, byte[] body, int records) {
    /**
     * An address as it is meant on this page (RFC 3986, section 5.2), such as {@code ?page=2}, {@code /items?page=2} or one with
     * a host.
     *
     * @throws IllegalArgumentException if it is no address
     */
    public URI resolve(String reference) {
        try {
            if (!reference.startsWith("?")) {
                return uri.resolve(reference);
            }
            // the JDK would leave out the end of the path
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path + reference);
        } catch (IllegalArgumentException e) {
            // without the cause, which has all of it
            throw new IllegalArgumentException("address: not usable (expected: one as in RFC 3986)");
        }
    }
}
