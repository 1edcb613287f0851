package io.datastream.engine;

import io.datastream.error.PipelineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;

/** Copies of users' processors, one for each task, made by serialization. */
final class Copies {
    private Copies() {}

    /** A copy of a processor; the processor itself if it has no fields, for then a copy could not differ. */
    static <P extends Serializable> P of(P original, String step) {
        if (isWithoutFields(original.getClass())) {
            return original;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "step \"" + step + "\": " + original.getClass().getName() + " cannot be copied for its task: " + e
                            + " (expected: fields that are serializable; others can be made in open())",
                    e);
        }
        try (ObjectInputStream in = new Loading(
                new ByteArrayInputStream(bytes.toByteArray()),
                original.getClass().getClassLoader())) {
            @SuppressWarnings("unchecked")
            P copy = (P) in.readObject();
            return copy;
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalArgumentException("step \"" + step + "\": its copy cannot be read: " + e, e);
        }
    }

    private static boolean isWithoutFields(Class<?> type) {
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            for (java.lang.reflect.Field field : at.getDeclaredFields()) {
                if (!java.lang.reflect.Modifier.isStatic(field.getModifiers())) {
                    return false;
                }
            }
        }
        return true;
    }

    static PipelineException openFailed(String step, Exception error) {
        return new PipelineException("step \"" + step + "\": open failed: " + error, error);
    }

    private static final class Loading extends ObjectInputStream {
        private final ClassLoader loader;

        Loading(InputStream in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, loader);
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }
}
