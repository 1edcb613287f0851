package io.datastream.config;

import java.util.regex.Pattern;

/**
 * A place on the network: {@code localhost:9092}, {@code 10.0.0.7:5432}, {@code [::1]:9092}. Nothing is looked up.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without its brackets
 * @param port from 1 to 65535
 */
public record HostAndPort(String host, int port) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9._-]+)?");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException when the host has characters no host has, or the port is out of range
     */
    public HostAndPort {
        if (!NAME.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "host: " + Text.quote(host) + " (expected: a host name or an address such as 10.0.0.7 or ::1)");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: from 1 to 65535)");
        }
    }

    /**
     * Reads {@code host:port}. An IPv6 address stands in brackets.
     *
     * @param text for instance {@code localhost:9092}
     * @return its two parts
     * @throws IllegalArgumentException when the text has another form
     */
    public static HostAndPort from(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !PORT.matcher(port).matches()) {
            throw new IllegalArgumentException(
                    "host and port: " + Text.quote(text) + " (expected: host:port such as localhost:9092)");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed != host.contains(":")) {
            throw new IllegalArgumentException(
                    "host and port: " + Text.quote(text) + " (expected: one port, and an IPv6 address in brackets)");
        }
        return new HostAndPort(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    /** The form that {@link #from} reads. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
