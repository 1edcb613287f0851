package io.datastream.formats.protobuf;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import com.google.protobuf.TimestampProto;

/** A file of message types, as it would be made of {@code reading.proto}. */
final class Messages {
    static final FileDescriptor FILE = file();
    static final Descriptor READING = FILE.findMessageTypeByName("Reading");
    static final Descriptor UNIT = READING.findNestedTypeByName("Unit");

    private Messages() {}

    private static FileDescriptor file() {
        FileDescriptorProto proto = FileDescriptorProto.newBuilder()
                .setName("reading.proto")
                .setPackage("readings")
                .setSyntax("proto3")
                .addDependency("google/protobuf/timestamp.proto")
                .addMessageType(DescriptorProto.newBuilder().setName("First"))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Reading")
                        .addNestedType(DescriptorProto.newBuilder()
                                .setName("Unit")
                                .addField(field("name", 1, FieldDescriptorProto.Type.TYPE_STRING)))
                        .addField(field("sensor", 1, FieldDescriptorProto.Type.TYPE_STRING))
                        .addField(field("time", 2, FieldDescriptorProto.Type.TYPE_MESSAGE)
                                .setTypeName(".google.protobuf.Timestamp"))
                        .addField(field("value", 3, FieldDescriptorProto.Type.TYPE_DOUBLE))
                        .addField(field("unit", 4, FieldDescriptorProto.Type.TYPE_MESSAGE)
                                .setTypeName(".readings.Reading.Unit"))
                        .addField(field("tags", 5, FieldDescriptorProto.Type.TYPE_INT64)
                                .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)))
                .build();
        try {
            return FileDescriptor.buildFrom(proto, new FileDescriptor[] {TimestampProto.getDescriptor()});
        } catch (DescriptorValidationException e) {
            throw new AssertionError(e);
        }
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
    }

    static DynamicMessage reading(String sensor, long seconds, int nanos, double value, long... tags) {
        DynamicMessage.Builder reading = DynamicMessage.newBuilder(READING)
                .setField(READING.findFieldByName("sensor"), sensor)
                .setField(
                        READING.findFieldByName("time"),
                        Timestamp.newBuilder()
                                .setSeconds(seconds)
                                .setNanos(nanos)
                                .build())
                .setField(READING.findFieldByName("value"), value)
                .setField(
                        READING.findFieldByName("unit"),
                        DynamicMessage.newBuilder(UNIT)
                                .setField(UNIT.findFieldByName("name"), "K")
                                .build());
        for (long tag : tags) {
            reading.addRepeatedField(READING.findFieldByName("tags"), tag);
        }
        return reading.build();
    }
}
