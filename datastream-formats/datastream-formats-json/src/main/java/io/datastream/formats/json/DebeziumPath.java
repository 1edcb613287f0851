package io.datastream.formats.json;

import io.datastream.error.OneLine;
import org.jspecify.annotations.Nullable;

/** Where a value stands in a document; its words are made only for errors. */
record DebeziumPath(@Nullable DebeziumPath parent, String name) {
    private static final int LONGEST = 240;

    DebeziumPath field(String field) {
        return new DebeziumPath(this, "." + field);
    }

    DebeziumPath element(int index) {
        return new DebeziumPath(this, "[" + index + "]");
    }

    private String text() {
        return parent == null ? name : parent.text() + name;
    }

    @Override
    public String toString() {
        return "field \"" + OneLine.of(text(), LONGEST) + "\"";
    }
}
