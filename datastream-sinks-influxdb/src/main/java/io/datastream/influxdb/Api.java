package io.datastream.influxdb;

/** The write endpoints, which take the same lines under different addresses. */
enum Api {
    V1("/write", "Token"),
    V2("/api/v2/write", "Token"),
    V3("/api/v3/write_lp", "Bearer");

    private final String path;
    private final String scheme;

    Api(String path, String scheme) {
        this.path = path;
        this.scheme = scheme;
    }

    String path() {
        return path;
    }

    /** What stands before a token in the header. */
    String scheme() {
        return scheme;
    }

    /** The unit of time stamps, which are nanoseconds, in the words of the endpoint. */
    String precision() {
        return this == V3 ? "nanosecond" : "ns";
    }
}
