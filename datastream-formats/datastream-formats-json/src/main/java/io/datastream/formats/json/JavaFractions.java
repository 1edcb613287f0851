package io.datastream.formats.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads {@code double} and {@code float}, and refuses numbers beyond their range instead of making them infinite. */
final class JavaFractions {
    private JavaFractions() {}

    static SimpleModule module() {
        return new SimpleModule("datastream-fractions")
                .addDeserializer(double.class, new DoubleReader(double.class))
                .addDeserializer(Double.class, new DoubleReader(Double.class))
                .addDeserializer(float.class, new FloatReader(float.class))
                .addDeserializer(Float.class, new FloatReader(Float.class))
                .addDeserializer(double[].class, new DoublesReader());
    }

    private static double read(JsonParser parser, DeserializationContext context, Class<?> type) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
            double value = parser.getDoubleValue();
            if (Double.isInfinite(value)) {
                throw context.weirdNumberException(value, type, "out of range");
            }
            return value;
        }
        if (token == JsonToken.VALUE_STRING) {
            return switch (parser.getText()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> throw context.weirdStringException(parser.getText(), type, "not a number");
            };
        }
        return (Double) context.handleUnexpectedToken(type, parser);
    }

    private static void refuseNull(DeserializationContext context, Class<?> type) throws JsonMappingException {
        if (type.isPrimitive()) {
            context.reportInputMismatch(type, "null for a primitive");
        }
    }

    private static final class DoubleReader extends StdScalarDeserializer<Double> {
        private static final long serialVersionUID = 1L;

        DoubleReader(Class<Double> type) {
            super(type);
        }

        @Override
        public Double deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return read(parser, context, handledType());
        }

        @Override
        public @Nullable Double getNullValue(DeserializationContext context) throws JsonMappingException {
            refuseNull(context, handledType());
            return null;
        }
    }

    private static final class FloatReader extends StdScalarDeserializer<Float> {
        private static final long serialVersionUID = 1L;

        FloatReader(Class<Float> type) {
            super(type);
        }

        @Override
        public Float deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.currentToken().isNumeric()) {
                return (float) read(parser, context, handledType());
            }
            // not by way of double, which would round twice
            float value = parser.getFloatValue();
            if (Float.isInfinite(value)) {
                throw context.weirdNumberException(value, handledType(), "out of range");
            }
            return value;
        }

        @Override
        public @Nullable Float getNullValue(DeserializationContext context) throws JsonMappingException {
            refuseNull(context, handledType());
            return null;
        }
    }

    private static final class DoublesReader extends StdScalarDeserializer<double[]> {
        private static final long serialVersionUID = 1L;

        DoublesReader() {
            super(double[].class);
        }

        @Override
        public double @Nullable [] deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.isExpectedStartArrayToken()) {
                return (double[]) context.handleUnexpectedToken(double[].class, parser);
            }
            double[] values = new double[16];
            int size = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (size == values.length) {
                    values = Arrays.copyOf(values, size * 2);
                }
                try {
                    values[size] = read(parser, context, double.class);
                } catch (IOException e) {
                    throw JsonMappingException.wrapWithPath(e, values, size);
                }
                size++;
            }
            return Arrays.copyOf(values, size);
        }
    }
}
