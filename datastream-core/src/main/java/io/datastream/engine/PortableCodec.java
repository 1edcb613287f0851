package io.datastream.engine;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The built-in codec of keys, and of values that wait in a checkpoint: text, numbers, booleans, UUIDs, dates, times,
 * enums, and records and lists of these. Equal values have equal bytes. The bytes say what they are, so one codec reads
 * all of them; records and enums are stored with their class's name.
 */
public final class PortableCodec implements Codec<Object> {
    private static final long serialVersionUID = 1L;

    private static final int DEEPEST = 32;
    private static final ConcurrentHashMap<Class<?>, RecordShape> SHAPES = new ConcurrentHashMap<>();
    private static final PortableCodec KEYS = new PortableCodec(false);
    private static final PortableCodec VALUES = new PortableCodec(true);

    /** Whether other values may be stored by Java's own serialization. */
    private final boolean serialization;

    private PortableCodec(boolean serialization) {
        this.serialization = serialization;
    }

    /** For keys: values that equal one another have the same bytes. */
    public static PortableCodec keys() {
        return KEYS;
    }

    /** For rows that cross to another process. */
    public static PortableCodec rows() {
        return KEYS;
    }

    /** For values in a local checkpoint: what is not built in is stored by Java's serialization. */
    public static PortableCodec values() {
        return VALUES;
    }

    @Override
    public byte[] encode(Object value) {
        if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            byte[] tagged = new byte[bytes.length + 1];
            tagged[0] = Tag.TEXT;
            System.arraycopy(bytes, 0, tagged, 1, bytes.length);
            return tagged;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(32);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(value, out, 0);
        } catch (IOException e) {
            throw new CodecException("value of " + value.getClass().getName() + ": " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    @Override
    public Object decode(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] == Tag.TEXT) {
            return new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Object value = read(in, 0);
            if (value == null) {
                throw new CodecException("value: null (expected: a value)");
            }
            return value;
        } catch (IOException | ReflectiveOperationException e) {
            throw new CodecException("stored value of " + bytes.length + " bytes: " + e, e);
        }
    }

    private static final class Tag {
        static final byte NULL = 0;
        static final byte TEXT = 1;
        static final byte INT = 2;
        static final byte LONG = 3;
        static final byte DOUBLE = 4;
        static final byte TRUE = 5;
        static final byte FALSE = 6;
        static final byte UUID = 7;
        static final byte INSTANT = 8;
        static final byte DATE = 9;
        static final byte ENUM = 10;
        static final byte RECORD = 11;
        static final byte LIST = 12;
        static final byte SHORT = 13;
        static final byte BYTE = 14;
        static final byte CHAR = 15;
        static final byte FLOAT = 16;
        static final byte BYTES = 17;
        static final byte DECIMAL = 18;
        static final byte DURATION = 19;
        static final byte INTEGER = 20;
        static final byte SERIALIZED = 21;
        static final byte DOUBLES = 22;

        private Tag() {}
    }

    private void write(@Nullable Object value, DataOutputStream out, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new CodecException("value: nested deeper than " + DEEPEST + " (expected: a flat value)");
        }
        if (value == null) {
            out.writeByte(Tag.NULL);
        } else if (value instanceof String text) {
            out.writeByte(Tag.TEXT);
            writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
        } else if (value instanceof Number || value instanceof Character || value instanceof Boolean) {
            writeScalar(value, out);
        } else if (value instanceof UUID uuid) {
            out.writeByte(Tag.UUID);
            out.writeLong(uuid.getMostSignificantBits());
            out.writeLong(uuid.getLeastSignificantBits());
        } else if (value instanceof Instant instant) {
            out.writeByte(Tag.INSTANT);
            out.writeLong(instant.getEpochSecond());
            out.writeInt(instant.getNano());
        } else if (value instanceof Duration duration) {
            out.writeByte(Tag.DURATION);
            out.writeLong(duration.toSeconds());
            out.writeInt(duration.toNanosPart());
        } else if (value instanceof LocalDate date) {
            out.writeByte(Tag.DATE);
            out.writeLong(date.toEpochDay());
        } else if (value instanceof Enum<?> constant) {
            out.writeByte(Tag.ENUM);
            out.writeUTF(constant.getDeclaringClass().getName());
            out.writeUTF(constant.name());
        } else if (value instanceof Record record) {
            out.writeByte(Tag.RECORD);
            out.writeUTF(record.getClass().getName());
            for (Object component : RecordShape.of(record.getClass()).values(record)) {
                write(component, out, depth + 1);
            }
        } else if (value instanceof List<?> list) {
            out.writeByte(Tag.LIST);
            out.writeInt(list.size());
            for (Object item : list) {
                write(item, out, depth + 1);
            }
        } else if (value instanceof byte[] bytes) {
            out.writeByte(Tag.BYTES);
            writeBytes(bytes, out);
        } else if (value instanceof double[] numbers) {
            out.writeByte(Tag.DOUBLES);
            out.writeInt(numbers.length);
            for (double number : numbers) {
                out.writeDouble(number);
            }
        } else if (serialization && value instanceof Serializable) {
            out.writeByte(Tag.SERIALIZED);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
                objects.writeObject(value);
            }
            writeBytes(bytes.toByteArray(), out);
        } else {
            throw new CodecException("value of " + value.getClass().getName()
                    + " (expected: text, a number, a boolean, UUID, date, time, enum, or a record or list of these;"
                    + " keyBy(fn, codec) takes any key, withCodec(codec) any record)");
        }
    }

    private static void writeScalar(Object value, DataOutputStream out) throws IOException {
        if (value instanceof Integer number) {
            out.writeByte(Tag.INT);
            out.writeInt(number);
        } else if (value instanceof Long number) {
            out.writeByte(Tag.LONG);
            out.writeLong(number);
        } else if (value instanceof Double number) {
            out.writeByte(Tag.DOUBLE);
            out.writeLong(Double.doubleToRawLongBits(number));
        } else if (value instanceof Boolean truth) {
            out.writeByte(truth ? Tag.TRUE : Tag.FALSE);
        } else if (value instanceof Short number) {
            out.writeByte(Tag.SHORT);
            out.writeShort(number);
        } else if (value instanceof Byte number) {
            out.writeByte(Tag.BYTE);
            out.writeByte(number);
        } else if (value instanceof Character character) {
            out.writeByte(Tag.CHAR);
            out.writeChar(character);
        } else if (value instanceof Float number) {
            out.writeByte(Tag.FLOAT);
            out.writeFloat(number);
        } else if (value instanceof BigDecimal number) {
            out.writeByte(Tag.DECIMAL);
            out.writeInt(number.scale());
            writeBytes(number.unscaledValue().toByteArray(), out);
        } else if (value instanceof BigInteger number) {
            out.writeByte(Tag.INTEGER);
            writeBytes(number.toByteArray(), out);
        } else {
            throw new CodecException("number of " + value.getClass().getName()
                    + " (expected: a primitive number's class, BigDecimal or BigInteger)");
        }
    }

    private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("length " + length + " (expected: at most the " + in.available() + " bytes left)");
        }
        return in.readNBytes(length);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable Object read(DataInputStream in, int depth) throws IOException, ReflectiveOperationException {
        if (depth > DEEPEST) {
            throw new IOException("nested deeper than " + DEEPEST);
        }
        byte tag = in.readByte();
        return switch (tag) {
            case Tag.NULL -> null;
            case Tag.TEXT -> new String(readBytes(in), StandardCharsets.UTF_8);
            case Tag.INT -> in.readInt();
            case Tag.LONG -> in.readLong();
            case Tag.DOUBLE -> Double.longBitsToDouble(in.readLong());
            case Tag.TRUE -> true;
            case Tag.FALSE -> false;
            case Tag.SHORT -> in.readShort();
            case Tag.BYTE -> in.readByte();
            case Tag.CHAR -> in.readChar();
            case Tag.FLOAT -> in.readFloat();
            case Tag.DECIMAL -> {
                int scale = in.readInt();
                yield new BigDecimal(new BigInteger(readBytes(in)), scale);
            }
            case Tag.INTEGER -> new BigInteger(readBytes(in));
            case Tag.UUID -> new UUID(in.readLong(), in.readLong());
            case Tag.INSTANT -> Instant.ofEpochSecond(in.readLong(), in.readInt());
            case Tag.DURATION -> Duration.ofSeconds(in.readLong(), in.readInt());
            case Tag.DATE -> LocalDate.ofEpochDay(in.readLong());
            case Tag.ENUM -> Enum.valueOf((Class) find(in.readUTF()).asSubclass(Enum.class), in.readUTF());
            case Tag.RECORD -> {
                RecordShape shape = RecordShape.of(find(in.readUTF()));
                @Nullable Object[] values = new @Nullable Object[shape.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = read(in, depth + 1);
                }
                yield shape.create(values);
            }
            case Tag.LIST -> {
                int size = in.readInt();
                List<@Nullable Object> list = new ArrayList<>(Math.min(size, 1_000));
                for (int i = 0; i < size; i++) {
                    list.add(read(in, depth + 1));
                }
                yield list;
            }
            case Tag.BYTES -> readBytes(in);
            case Tag.DOUBLES -> {
                double[] numbers = new double[Math.min(in.readInt(), in.available() / 8)];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = in.readDouble();
                }
                yield numbers;
            }
            case Tag.SERIALIZED -> deserialize(readBytes(in));
            default -> throw new IOException("tag " + tag + " (expected: 0 to 22)");
        };
    }

    private Object deserialize(byte[] bytes) throws IOException, ClassNotFoundException {
        if (!serialization) {
            throw new IOException("a serialized value (expected: a key)");
        }
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return objects.readObject();
        }
    }

    private static Class<?> find(String name) throws ClassNotFoundException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return Class.forName(name, false, loader == null ? PortableCodec.class.getClassLoader() : loader);
    }

    /** How to take a record apart and put it together. */
    private record RecordShape(Constructor<?> constructor, List<Method> accessors) {
        static RecordShape of(Class<?> type) {
            return SHAPES.computeIfAbsent(type, RecordShape::read);
        }

        private static RecordShape read(Class<?> type) {
            if (!type.isRecord()) {
                throw new CodecException("stored value of " + type.getName() + " (expected: a record)");
            }
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            List<Method> accessors = new ArrayList<>();
            try {
                for (int i = 0; i < components.length; i++) {
                    types[i] = components[i].getType();
                    Method accessor = components[i].getAccessor();
                    accessor.setAccessible(true);
                    accessors.add(accessor);
                }
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return new RecordShape(constructor, List.copyOf(accessors));
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new CodecException("record " + type.getName() + ": " + e, e);
            }
        }

        int size() {
            return accessors.size();
        }

        @Nullable
        Object[] values(Object record) {
            @Nullable Object[] values = new @Nullable Object[accessors.size()];
            try {
                for (int i = 0; i < values.length; i++) {
                    values[i] = accessors.get(i).invoke(record);
                }
            } catch (ReflectiveOperationException e) {
                throw new CodecException("record " + record.getClass().getName() + ": " + e, e);
            }
            return values;
        }

        Object create(@Nullable Object[] values) throws ReflectiveOperationException {
            return constructor.newInstance(values);
        }
    }
}
