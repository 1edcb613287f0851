package io.datastream.formats.json;

/** How a connector of Debezium writes decimal numbers: its setting {@code decimal.handling.mode}. */
public enum DebeziumDecimals {
    /** As digits in Base64, as with {@code precise}, the default of connectors. */
    PRECISE,
    /** As text, as with {@code string}. */
    STRING
}
