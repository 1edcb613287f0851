package io.datastream.formats.json;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.UUIDDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.UUID;

/** Reads UUIDs of 36 characters. Jackson's own also takes 22 or 24 of them, as bytes in base64. */
final class JavaUuids extends UUIDDeserializer {
    private static final long serialVersionUID = 1L;

    private static final int LENGTH = 36;

    static SimpleModule module() {
        return new SimpleModule("datastream-uuids").addDeserializer(UUID.class, new JavaUuids());
    }

    @Override
    protected UUID _deserialize(String text, DeserializationContext context) throws IOException {
        if (text.length() != LENGTH) {
            return (UUID) context.handleWeirdStringValue(handledType(), text, "not of 36 characters");
        }
        return super._deserialize(text, context);
    }
}
