package io.datastream.conformance;

/** The library does not offer what a case asks for. */
final class NotSupportedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    NotSupportedException(String what) {
        super(what);
        this.what = what;
    }

    /** What is not offered. */
    String what() {
        return what;
    }
}
