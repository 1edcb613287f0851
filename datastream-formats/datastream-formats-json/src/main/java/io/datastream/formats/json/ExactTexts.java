package io.datastream.formats.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses texts with blanks or control characters around them where they stand for a constant of an enum or another value that
 * is no text: Jackson leaves them out, and so takes one text for another.
 */
final class ExactTexts extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    private ExactTexts() {}

    static SimpleModule module() {
        return new SimpleModule("datastream-exact-texts").setDeserializerModifier(new ExactTexts());
    }

    @Override
    public JsonDeserializer<?> modifyEnumDeserializer(
            DeserializationConfig config, JavaType type, BeanDescription description, JsonDeserializer<?> reader) {
        return new Reader(reader, type.getRawClass());
    }

    @Override
    public JsonDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription description, JsonDeserializer<?> reader) {
        return reader instanceof FromStringDeserializer<?> ? new Reader(reader, description.getBeanClass()) : reader;
    }

    private static final class Reader extends DelegatingDeserializer {
        private static final long serialVersionUID = 1L;

        private final Class<?> type;

        Reader(JsonDeserializer<?> reader, Class<?> type) {
            super(reader);
            this.type = type;
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> reader) {
            return new Reader(reader, type);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.hasToken(JsonToken.VALUE_STRING)) {
                String text = parser.getText();
                if (text.length() != text.trim().length()) {
                    throw context.weirdStringException(text, type, "blanks around it");
                }
            }
            return super.deserialize(parser, context);
        }
    }
}
