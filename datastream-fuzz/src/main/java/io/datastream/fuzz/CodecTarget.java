package io.datastream.fuzz;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import java.util.Arrays;
import java.util.List;

/**
 * A codec. A value that is read must be one that can be written and read again, with the same bytes each time, and be what
 * another reader sees in the document.
 */
final class CodecTarget<T> implements Target {
    private static final long MEMORY_BYTES = 16 << 20;

    private final String name;
    private final Codec<T> codec;
    private final Oracle<T> oracle;
    private final List<byte[]> documents;
    private final List<byte[]> tokens;

    CodecTarget(String name, Codec<T> codec, Oracle<T> oracle, List<T> values, List<byte[]> tokens) {
        this.name = name;
        this.codec = codec;
        this.oracle = oracle;
        this.documents = values.stream().map(codec::encode).toList();
        this.tokens = tokens;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<byte[]> documents() {
        return documents;
    }

    @Override
    public List<byte[]> tokens() {
        return tokens;
    }

    @Override
    public long memoryBytes() {
        return MEMORY_BYTES;
    }

    @Override
    public boolean read(byte[] document) throws WrongException {
        T value;
        try {
            value = codec.decode(document);
        } catch (CodecException e) {
            Errors.check(e);
            return false;
        }
        checkWritten(value);
        oracle.check(document, List.of(value));
        return true;
    }

    /** What was read can be written, and is the same when it is read again. */
    private void checkWritten(T value) throws WrongException {
        byte[] first;
        byte[] second;
        try {
            first = codec.encode(value);
            second = codec.encode(codec.decode(first));
        } catch (CodecException e) {
            throw new WrongException("what is read cannot be written and read again: " + value, e);
        }
        if (!Arrays.equals(first, second)) {
            throw new WrongException(value + " is another value when it is written and read (expected: the same)");
        }
    }
}
