package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import io.datastream.plan.Node;
import io.datastream.plan.Node.WindowNode;
import io.datastream.plan.Plan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the state of each step was made by, stored with it, so that an edited pipeline does not take it for its own. */
final class Shapes {
    private Shapes() {}

    /** What makes the state of each step that the tasks keep: windows and aggregation; nothing for a processor. */
    static Map<String, String> of(Plan plan, List<KeyedTask> tasks) {
        Map<String, String> shapes = new TreeMap<>();
        for (KeyedTask task : tasks) {
            for (Node node : task.stage().nodes()) {
                if (node.isStateful()) {
                    String shape = node instanceof WindowNode window
                            ? window.windows().describe() + ", "
                                    + window.aggregation().name()
                            : "";
                    shapes.put(plan.nameOf(node), shape);
                }
            }
        }
        return shapes;
    }

    static byte[] encode(Map<String, String> shapes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(shapes.size());
            for (Map.Entry<String, String> shape : shapes.entrySet()) {
                out.writeUTF(shape.getKey());
                out.writeUTF(shape.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Map<String, String> decode(byte[] bytes) {
        Map<String, String> shapes = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                shapes.put(in.readUTF(), in.readUTF());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("shapes of " + bytes.length + " bytes cannot be read", e);
        }
        return shapes;
    }

    /**
     * Compares what made the stored state with what would go on with it.
     *
     * @throws EditedPipelineException if they do not fit
     */
    static void check(String partition, Map<String, String> stored, Map<String, String> now, List<String> forgotten) {
        stored.forEach((step, shape) -> {
            String found = now.get(step);
            if (forgotten.contains(step)) {
                return;
            }
            if (found == null) {
                throw new EditedPipelineException("state of " + partition + ": step \"" + step
                        + "\" has state, but the pipeline has no such step any more (expected: one of the steps "
                        + now.keySet() + " to be named(\"" + step + "\") if it was renamed, or forgetting(\"" + step
                        + "\") on the runtime if it was removed)");
            }
            if (!found.equals(shape)) {
                throw new EditedPipelineException("state of " + partition + ": step \"" + step + "\" has state made by "
                        + shape + ", and is " + found
                        + " now (expected: the same, another name for the changed step, or forgetting(\"" + step
                        + "\") on the runtime to begin it anew)");
            }
        });
    }
}
