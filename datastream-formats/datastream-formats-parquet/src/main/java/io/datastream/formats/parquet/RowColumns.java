package io.datastream.formats.parquet;

import io.datastream.codec.CodecException;
import io.datastream.codec.record.Kind;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * Matches the schema of a file with a record class: which columns are read, and what becomes of their values. Parquet gives
 * the values of a row one by one, in the order of the columns, with the begin and end of each group.
 */
final class RowColumns {
    private final MessageType requested;
    private final GroupMatch root;

    private RowColumns(MessageType requested, GroupMatch root) {
        this.requested = requested;
        this.root = root;
    }

    /**
     * The columns of a file that a record class has.
     *
     * @throws ParquetProblem if records cannot be made of them
     */
    static RowColumns of(MessageType file, RecordShape<?> shape) {
        GroupMatch root = group(file, shape, "");
        return new RowColumns(new MessageType(file.getName(), root.requested), root);
    }

    /** The columns that are read. */
    MessageType requested() {
        return requested;
    }

    /** Takes the values of rows. */
    GroupConverter converter(RowState state) {
        return new RecordConverter(root, state::end, state, true);
    }

    /** Where a value goes. */
    @FunctionalInterface
    interface Slot {
        void set(@Nullable Object value);
    }

    /** Makes what takes the values of a column or group. */
    @FunctionalInterface
    private interface Maker {
        Converter make(Slot slot, RowState state);
    }

    /** A column or group of the file that is read, with what takes its values. */
    private record Match(Type requested, Maker maker) {}

    /** The fields of a group that a record has. */
    private static final class GroupMatch {
        private final RecordShape<?> shape;
        private final String path;
        private final List<Type> requested = new ArrayList<>();
        private final List<Maker> makers = new ArrayList<>();
        private final List<Integer> components = new ArrayList<>();
        private final List<Integer> repeated = new ArrayList<>();

        GroupMatch(RecordShape<?> shape, String path) {
            this.shape = shape;
            this.path = path;
        }
    }

    private static GroupMatch group(GroupType file, RecordShape<?> shape, String path) {
        GroupMatch match = new GroupMatch(shape, path);
        Map<String, Integer> missing = new HashMap<>();
        for (int i = 0; i < shape.components().size(); i++) {
            missing.put(shape.components().get(i).name(), i);
        }
        for (Type field : file.getFields()) {
            Integer component = missing.remove(field.getName());
            if (component != null) {
                ValueType type = shape.components().get(component).type();
                Match found = field(field, type, inner(path, field.getName()));
                match.requested.add(found.requested);
                match.makers.add(found.maker);
                match.components.add(component);
                if (field.isRepetition(Repetition.REPEATED)) {
                    match.repeated.add(component);
                }
            }
        }
        missing.forEach((name, component) -> {
            ValueType type = shape.components().get(component).type();
            if (!type.isNullable()) {
                throw new ParquetProblem("missing in the file (expected: "
                                + type.kind().expected() + "; or mark it as @Nullable)")
                        .in(inner(path, name));
            }
        });
        if (match.requested.isEmpty()) {
            throw new ParquetProblem("none of the columns of " + shape.type().getSimpleName() + " is in the file"
                    + " (expected: one at least)");
        }
        return match;
    }

    private static String inner(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Match field(Type file, ValueType type, String path) {
        if (file.isRepetition(Repetition.REPEATED)) {
            if (type.kind() != Kind.LIST) {
                throw unfit(file, type, path);
            }
            return single(file, type.element(), path + "[]"); // a list without a group around it
        }
        return single(file, type, path);
    }

    private static Match single(Type file, ValueType type, String path) {
        return switch (type.kind()) {
            case RECORD -> record(file, type, path);
            case LIST -> list(file, type, path);
            case MAP -> map(file, type, path);
            default -> {
                if (!file.isPrimitive()) {
                    throw unfit(file, type, path);
                }
                ScalarColumns.Conversion conversion = ScalarColumns.of(file.asPrimitiveType(), type);
                if (conversion == null) {
                    throw unfit(file, type, path);
                }
                yield new Match(file, scalar(file, conversion, type.kind() != Kind.BYTES, path));
            }
        };
    }

    private static Maker scalar(Type column, ScalarColumns.Conversion conversion, boolean shared, String path) {
        PrimitiveTypeName stored = column.asPrimitiveType().getPrimitiveTypeName();
        return (slot, state) -> new ScalarColumns.ScalarConverter(stored, conversion, shared, path, slot, state);
    }

    private static ParquetProblem unfit(Type file, ValueType type, String path) {
        String written = file.isPrimitive()
                ? file.asPrimitiveType().getPrimitiveTypeName().toString()
                : "a group";
        LogicalTypeAnnotation annotation = file.getLogicalTypeAnnotation();
        String repeated = file.isRepetition(Repetition.REPEATED) ? "repeated " : "";
        return new ParquetProblem("written as " + repeated + written
                        + (annotation == null ? "" : " (" + annotation + ")") + " (expected: "
                        + type.kind().expected() + ")")
                .in(path);
    }

    private static Match record(Type file, ValueType type, String path) {
        if (file.isPrimitive()) {
            throw unfit(file, type, path);
        }
        GroupMatch group = group(file.asGroupType(), type.shape(), path);
        return new Match(
                file.asGroupType().withNewFields(group.requested),
                (slot, state) -> new RecordConverter(group, slot, state, false));
    }

    private static Match list(Type file, ValueType type, String path) {
        if (file.isPrimitive()
                || file.asGroupType().getFieldCount() != 1
                || !file.asGroupType().getType(0).isRepetition(Repetition.REPEATED)) {
            throw unfit(file, type, path);
        }
        GroupType group = file.asGroupType();
        Type repeated = group.getType(0);
        ValueType element = type.element();
        String inner = path + "[]";
        if (isElement(repeated, group.getName())) {
            Match match = single(repeated, element, inner);
            return new Match(
                    group.withNewFields(match.requested), (slot, state) -> new ListConverter(match.maker, slot, state));
        }
        Match match = field(repeated.asGroupType().getType(0), element, inner);
        Maker entries = (slot, state) -> new EntryConverter(List.of(match.maker), slot, state, element, inner, false);
        return new Match(
                group.withNewFields(repeated.asGroupType().withNewFields(match.requested)),
                (slot, state) -> new ListConverter(entries, slot, state));
    }

    /** Whether the repeated field of a list is the element itself, by the rules for files of older writers. */
    private static boolean isElement(Type repeated, String list) {
        return repeated.isPrimitive()
                || repeated.asGroupType().getFieldCount() > 1
                || repeated.getName().equals("array")
                || repeated.getName().equals(list + "_tuple");
    }

    private static Match map(Type file, ValueType type, String path) {
        if (file.isPrimitive()
                || file.asGroupType().getFieldCount() != 1
                || file.asGroupType().getType(0).isPrimitive()
                || !file.asGroupType().getType(0).isRepetition(Repetition.REPEATED)
                || file.asGroupType().getType(0).asGroupType().getFieldCount() != 2) {
            throw unfit(file, type, path);
        }
        GroupType group = file.asGroupType();
        GroupType entry = group.getType(0).asGroupType();
        ScalarColumns.Conversion keys = entry.getType(0).isPrimitive()
                ? ScalarColumns.texts(entry.getType(0).asPrimitiveType())
                : null;
        if (keys == null) {
            throw unfit(file, type, path);
        }
        String inner = path + "[]";
        Maker key = scalar(entry.getType(0), keys, true, inner);
        Match value = field(entry.getType(1), type.element(), inner);
        Maker entries = (slot, state) ->
                new EntryConverter(List.of(key, value.maker), slot, state, type.element(), inner, true);
        return new Match(
                group.withNewFields(entry.withNewFields(entry.getType(0), value.requested)),
                (slot, state) -> new MapConverter(entries, slot, state));
    }

    /** Makes a record of a group. */
    private static final class RecordConverter extends GroupConverter {
        private final GroupMatch group;
        private final Slot slot;
        private final RowState state;
        private final boolean root;
        private final Converter[] fields;
        private @Nullable Object[] values = {};

        RecordConverter(GroupMatch group, Slot slot, RowState state, boolean root) {
            this.group = group;
            this.slot = slot;
            this.state = state;
            this.root = root;
            this.fields = new Converter[group.makers.size()];
            for (int i = 0; i < fields.length; i++) {
                int component = group.components.get(i);
                Slot field = group.repeated.contains(component)
                        ? value -> add(component, value)
                        : value -> values[component] = value;
                fields[i] = group.makers.get(i).make(field, state);
            }
        }

        private void add(int component, @Nullable Object value) {
            @SuppressWarnings("unchecked") // put there in start
            List<@Nullable Object> list = (List<@Nullable Object>) Objects.requireNonNull(values[component]);
            list.add(value);
        }

        @Override
        public Converter getConverter(int index) {
            return fields[index];
        }

        @Override
        public void start() {
            if (root) {
                state.begin();
            }
            state.spend(0);
            values = new Object[group.shape.components().size()];
            for (int component : group.repeated) {
                values[component] = new ArrayList<>();
            }
        }

        @Override
        public void end() {
            for (int component : group.repeated) {
                values[component] = Collections.unmodifiableList((List<?>) Objects.requireNonNull(values[component]));
            }
            for (int i = 0; i < values.length; i++) {
                RecordShape.Component component = group.shape.components().get(i);
                if (values[i] == null && !component.type().isNullable()) {
                    state.problem(
                            inner(group.path, component.name()),
                            "null (expected: " + component.type().kind().expected() + "; or mark it as @Nullable)",
                            null);
                }
            }
            if (state.hasProblem()) {
                slot.set(null);
                return;
            }
            try {
                slot.set(group.shape.create(values));
            } catch (CodecException e) {
                state.problem(group.path, String.valueOf(e.getMessage()), e.getCause());
                slot.set(null);
            }
        }
    }

    /** Makes a list of what is repeated. */
    private static final class ListConverter extends GroupConverter {
        private final Slot slot;
        private final RowState state;
        private final Converter element;
        private List<@Nullable Object> values = new ArrayList<>();

        ListConverter(Maker element, Slot slot, RowState state) {
            this.slot = slot;
            this.state = state;
            this.element = element.make(value -> values.add(value), state);
        }

        @Override
        public Converter getConverter(int index) {
            return element;
        }

        @Override
        public void start() {
            state.spend(0);
            values = new ArrayList<>();
        }

        @Override
        public void end() {
            slot.set(Collections.unmodifiableList(values));
        }
    }

    /** Makes a map of its entries. */
    private static final class MapConverter extends GroupConverter {
        private final Slot slot;
        private final RowState state;
        private final Converter entry;
        private Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();

        MapConverter(Maker entry, Slot slot, RowState state) {
            this.slot = slot;
            this.state = state;
            this.entry = entry.make(
                    value -> {
                        @Nullable Object[] pair = (Object[]) Objects.requireNonNull(value);
                        values.put(pair[0], pair[1]);
                    },
                    state);
        }

        @Override
        public Converter getConverter(int index) {
            return entry;
        }

        @Override
        public void start() {
            state.spend(0);
            values = new LinkedHashMap<>();
        }

        @Override
        public void end() {
            slot.set(Collections.unmodifiableMap(values));
        }
    }

    /** The group around an element of a list, or around a key and a value. */
    private static final class EntryConverter extends GroupConverter {
        private final Slot slot;
        private final RowState state;
        private final ValueType element;
        private final String path;
        private final boolean keys;
        private final Converter[] fields;
        private @Nullable Object[] values = {};

        EntryConverter(List<Maker> makers, Slot slot, RowState state, ValueType element, String path, boolean keys) {
            this.slot = slot;
            this.state = state;
            this.element = element;
            this.path = path;
            this.keys = keys;
            this.fields = new Converter[makers.size()];
            for (int i = 0; i < fields.length; i++) {
                int index = i;
                fields[i] = makers.get(i).make(value -> values[index] = value, state);
            }
        }

        @Override
        public Converter getConverter(int index) {
            return fields[index];
        }

        @Override
        public void start() {
            state.spend(0);
            values = new Object[fields.length];
        }

        @Override
        public void end() {
            Object value = values[fields.length - 1];
            if (value == null && !element.isNullable()) {
                state.problem(
                        path, "null (expected: " + element.kind().expected() + "; or mark it as @Nullable)", null);
            }
            if (keys && values[0] == null) {
                state.problem(path, "a key that is null (expected: a text)", null);
            }
            slot.set(keys ? values : value);
        }
    }
}
