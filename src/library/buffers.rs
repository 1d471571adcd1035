//! Bytearrays, memoryviews and `array.array`: attributes, and what their Python source needs and Python cannot say.

use super::{Arguments, Attribute, Entry, Operand};
use crate::lir::{IntCond, Value};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::buffers::{SHAPE_OFFSET, STRIDES_OFFSET};
use crate::runtime::objects::Operation;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{ArrayType, BufferKind, BufferType, DType, Fact, Layout, Type, dtype_of, is_bytes_like};

/// Functions and methods.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("builtins.memoryview", view, lower_view),
    Entry::call("memoryview.cast", cast, lower_cast),
    Entry::call("memoryview.toreadonly", read_only, |l, a, _| made(l, a, Operation::ReadOnly)),
    Entry::call("memoryview.release", release, lower_release),
    Entry::call("memoryview.tobytes", copied, |l, a, _| made(l, a, Operation::Bytes)),
    Entry::call("array.tobytes", copied, |l, a, _| made(l, a, Operation::Bytes)),
    // Whether a value is bytes or can be read as such.
    Entry::call("upshift.library.intrinsics.is_bytes_like", bytes_like, |_, _, _| Ok(Repr::new())),
    // The bytes of such a value, which change with it: not to be kept.
    Entry::call("upshift.library.intrinsics.as_bytes", as_bytes, lower_as_bytes),
    // New bytes with the contents of others.
    Entry::call("upshift.library.intrinsics.copied_bytes", copied_bytes, lower_copied_bytes),
    // A new bytearray with the contents of bytes, or of so many zeros.
    Entry::call("upshift.library.intrinsics.bytearray_of", byte_array, lower_byte_array),
    // Gives a bytearray another length; what comes to it is not set.
    Entry::call("upshift.library.intrinsics.resize", resize, lower_resize),
    // Writes an item of a bytearray at a position in range; the value fits.
    Entry::call("upshift.library.intrinsics.store_byte", store_byte, lower_store_byte),
    // Raises if a memoryview was released.
    Entry::call("upshift.library.intrinsics.check_released", resize, lower_check_released),
    // Whether memoryviews are equal, by CPython.
    Entry::call("upshift.library.intrinsics.has_same_items", same_items, lower_same_items),
    // An array over memory of a buffer or bytes: the buffer, an array of the dtype, offset and count.
    Entry::call("upshift.library.intrinsics.array_over", array_over, lower_array_over),
];

/// Attributes.
pub(super) const ATTRIBUTES: &[Attribute] = &[
    Attribute { name: "memoryview.format", typing: |_| Ok(Fact::of(Type::String)), lower: lower_format },
    Attribute { name: "array.typecode", typing: |_| Ok(Fact::of(Type::String)), lower: lower_format },
    Attribute { name: "memoryview.itemsize", typing: |_| Ok(Fact::of(Type::Int)), lower: lower_item_size },
    Attribute { name: "array.itemsize", typing: |_| Ok(Fact::of(Type::Int)), lower: lower_item_size },
    Attribute { name: "memoryview.ndim", typing: |_| Ok(Fact::of(Type::Int)), lower: lower_ndim },
    Attribute { name: "memoryview.nbytes", typing: |_| Ok(Fact::of(Type::Int)), lower: lower_byte_count },
    Attribute { name: "memoryview.readonly", typing: |_| Ok(Fact::of(Type::Bool)), lower: lower_is_read_only },
    Attribute { name: "memoryview.shape", typing: axes, lower: |l, a, ty| lower_axes(l, a, ty, SHAPE_OFFSET) },
    Attribute { name: "memoryview.strides", typing: axes, lower: |l, a, ty| lower_axes(l, a, ty, STRIDES_OFFSET) },
    Attribute {
        name: "memoryview.suboffsets",
        typing: |_| Ok(Fact::of(Type::tuple(Vec::new()))),
        lower: |l, a, ty| checked(l, a, ty).map(|_| Repr::new()),
    },
    Attribute {
        name: "memoryview.contiguous",
        typing: |_| Ok(Fact::of(Type::Bool)),
        lower: |l, a, ty| lower_asked(l, a, ty, "contiguous"),
    },
    Attribute {
        name: "memoryview.c_contiguous",
        typing: |_| Ok(Fact::of(Type::Bool)),
        lower: |l, a, ty| lower_asked(l, a, ty, "c_contiguous"),
    },
    Attribute {
        name: "memoryview.f_contiguous",
        typing: |_| Ok(Fact::of(Type::Bool)),
        lower: |l, a, ty| lower_asked(l, a, ty, "f_contiguous"),
    },
];

fn buffer_of(ty: &Type) -> Result<BufferType, Reason> {
    match ty {
        Type::Buffer(buffer) => Ok(*buffer),
        other => Err(Reason::Internal(format!("{other} is no buffer"))),
    }
}

fn first(arguments: &Arguments) -> Result<&Type, Reason> {
    arguments.positional.first().map(|operand| &operand.fact.ty).ok_or_else(|| arguments.refuse(""))
}

fn own_buffer(arguments: &Arguments) -> Result<BufferType, Reason> {
    match first(arguments)? {
        Type::Buffer(buffer) => Ok(*buffer),
        _ => Err(arguments.refuse("")),
    }
}

fn of_buffer(buffer: BufferType) -> Fact {
    Fact::of(Type::Buffer(buffer))
}

/// What CPython's `memoryview` of an array has for its dtype.
fn format_of(dtype: DType) -> Option<u8> {
    Some(match dtype {
        DType::Bool => b'?',
        DType::Int8 => b'b',
        DType::Int16 => b'h',
        DType::Int32 => b'i',
        DType::Int64 => b'l',
        DType::UInt8 => b'B',
        DType::UInt16 => b'H',
        DType::UInt32 => b'I',
        DType::UInt64 => b'L',
        DType::Float32 => b'f',
        DType::Float64 => b'd',
        DType::Complex64 | DType::Complex128 | DType::Record(_) | DType::Time(_) => return None,
    })
}

fn view(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(object)] = arguments.bind(["object"], 1)? else { return Err(arguments.refuse("")) };
    let kind = BufferKind::View;
    Ok(of_buffer(match &object.fact.ty {
        Type::Bytes => BufferType { kind, is_writable: false, ..BufferType::BYTE_ARRAY },
        Type::Buffer(buffer) => BufferType { kind, ..*buffer },
        Type::Array(array) => BufferType {
            kind,
            format: format_of(array.dtype).ok_or_else(|| arguments.refuse("it takes arrays of real numbers"))?,
            ndim: array.ndim,
            is_contiguous: array.layout == Layout::C,
            is_writable: array.is_writable,
        },
        _ => return Err(arguments.refuse("it takes bytes, bytearrays, memoryviews and arrays")),
    }))
}

fn lower_view(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let object = &arguments.positional[0];
    let repr = lowering.argument(object);
    let mut numbers = Repr::new();
    match &object.fact.ty {
        Type::Array(array) => {
            let dtype = DType::ALL.iter().position(|dtype| *dtype == array.dtype).unwrap_or(0);
            for number in [dtype as i64, i64::from(array.is_writable), i64::from(array.ndim)] {
                numbers.push(lowering.b.const_i64(number));
            }
            numbers.extend(repr[1..].iter().copied());
        }
        Type::Buffer(buffer) => lowering.check_released(repr[0], buffer),
        _ => {}
    }
    // The header of an array says by itself that it is one no more than that of bytes does.
    let is_array = (!numbers.is_empty()).then_some(repr[0]);
    Ok(lowering.ask_for_block(Operation::NewView, repr[0], is_array, &numbers))
}

fn cast(arguments: &Arguments) -> Result<Fact, Reason> {
    let buffer = own_buffer(arguments)?;
    let [_, Some(format)] = arguments.bind(["self", "format"], 2)? else { return Err(arguments.refuse("")) };
    let text = format.fact.as_str().ok_or_else(|| Reason::NotConstant("the format".to_owned()))?;
    let format = match text.strip_prefix('@').unwrap_or(text).as_bytes() {
        [letter] if BufferType::dtype_of(*letter).is_some() => *letter,
        _ => return Err(arguments.refuse("the format is one letter of a number, such as 'B', 'l' or 'd'")),
    };
    if !buffer.is_contiguous {
        return Err(arguments.refuse("only memoryviews whose items are neighbours can be cast"));
    }
    Ok(of_buffer(BufferType { format, ndim: 1, ..buffer }))
}

fn lower_cast(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let header = checked_argument(lowering, &arguments.positional[0])?;
    let [_, Some(format)] = arguments.bind(["self", "format"], 2)? else { return Err(arguments.refuse("")) };
    let format = lowering.known_text(format.fact.as_str().unwrap_or_default());
    Ok(lowering.ask_for_block(Operation::Cast, header, Some(format), &[]))
}

fn read_only(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(of_buffer(BufferType { is_writable: false, ..own_buffer(arguments)? }))
}

fn copied(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::Bytes))
}

fn made(lowering: &mut Lowering<'_>, arguments: &Arguments, operation: Operation) -> Result<Repr, Reason> {
    let header = checked_argument(lowering, &arguments.positional[0])?;
    Ok(lowering.ask_for_block(operation, header, None, &[]))
}

fn release(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::None))
}

fn lower_release(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let header = lowering.argument(&arguments.positional[0])[0];
    lowering.ask_buffer(Operation::Release, header, None, &[]);
    Ok(Repr::new())
}

/// The header of a buffer that was not released.
fn checked_argument(lowering: &mut Lowering<'_>, operand: &Operand) -> Result<Value, Reason> {
    let header = lowering.argument(operand)[0];
    if let Type::Buffer(buffer) = &operand.fact.ty {
        lowering.check_released(header, buffer);
    }
    Ok(header)
}

fn bytes_like(arguments: &Arguments) -> Result<Fact, Reason> {
    Ok(Fact::bool(is_bytes_like(first(arguments)?)))
}

fn as_bytes(arguments: &Arguments) -> Result<Fact, Reason> {
    if !is_bytes_like(first(arguments)?) {
        return Err(arguments.refuse("it takes bytes, bytearrays and memoryviews of bytes"));
    }
    Ok(Fact::of(Type::Bytes))
}

fn lower_as_bytes(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let header = checked_argument(lowering, &arguments.positional[0])?;
    lowering.retain(header);
    Ok(Repr::from_slice(&[header]))
}

fn copied_bytes(arguments: &Arguments) -> Result<Fact, Reason> {
    match first(arguments)? {
        Type::Bytes => Ok(Fact::of(Type::Bytes)),
        _ => Err(arguments.refuse("it takes bytes")),
    }
}

fn lower_copied_bytes(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let bytes = lowering.argument(&arguments.positional[0]);
    Ok(Repr::from_slice(&[lowering.new_text(Symbol::TextCopy, &bytes)]))
}

fn byte_array(arguments: &Arguments) -> Result<Fact, Reason> {
    match first(arguments)? {
        Type::Bytes | Type::Int => Ok(of_buffer(BufferType::BYTE_ARRAY)),
        _ => Err(arguments.refuse("it takes bytes or an int")),
    }
}

fn lower_byte_array(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let operand = &arguments.positional[0];
    let repr = lowering.argument(operand);
    if operand.fact.ty == Type::Int {
        let null = lowering.b.const_ptr(0);
        return Ok(lowering.ask_for_block(Operation::NewByteArray, null, None, &repr));
    }
    Ok(lowering.ask_for_block(Operation::NewByteArray, repr[0], None, &[]))
}

fn resize(arguments: &Arguments) -> Result<Fact, Reason> {
    own_buffer(arguments).map(|_| Fact::of(Type::None))
}

fn lower_resize(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let header = lowering.argument(&arguments.positional[0])[0];
    let length = lowering.argument(&arguments.positional[1]);
    lowering.ask_buffer(Operation::Resize, header, None, &length);
    Ok(Repr::new())
}

fn lower_check_released(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    checked_argument(lowering, &arguments.positional[0]).map(|_| Repr::new())
}

fn store_byte(arguments: &Arguments) -> Result<Fact, Reason> {
    own_buffer(arguments).map(|_| Fact::of(Type::None))
}

fn lower_store_byte(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [position, number] = [1, 2].map(|index| {
        let own = lowering.argument(&arguments.positional[index]);
        lowering.to_index(&own, &arguments.positional[index].fact.ty)
    });
    let header = lowering.argument(&arguments.positional[0])[0];
    let element = lowering.cast(&Repr::from_slice(&[number]), DType::Int64, DType::UInt8);
    lowering.store_buffer_element(header, &[position], &element, &own_buffer(arguments)?);
    Ok(Repr::new())
}

fn same_items(arguments: &Arguments) -> Result<Fact, Reason> {
    let is_known = |operand: &Operand| matches!(operand.fact.ty, Type::Buffer(_) | Type::Bytes);
    if arguments.positional.iter().all(is_known) { Ok(Fact::of(Type::Bool)) } else { Err(arguments.refuse("")) }
}

fn lower_same_items(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let headers = [0, 1].map(|index| lowering.argument(&arguments.positional[index])[0]);
    let answer = lowering.ask_buffer(Operation::SameItems, headers[0], Some(headers[1]), &[]);
    let number = lowering.b.load(crate::lir::Type::I64, answer, 0, crate::lir::Region::Frame);
    let zero = lowering.b.const_i64(0);
    Ok(Repr::from_slice(&[lowering.b.cmp_int(IntCond::Ne, number, zero)]))
}

fn array_over(arguments: &Arguments) -> Result<Fact, Reason> {
    let [buffer, sample, offset, count] = &arguments.positional[..] else { return Err(arguments.refuse("")) };
    let is_writable = match &buffer.fact.ty {
        Type::Bytes => false,
        Type::Buffer(buffer) if buffer.is_contiguous => buffer.is_writable,
        _ => return Err(arguments.refuse("it takes bytes and buffers whose items are neighbours")),
    };
    let dtype = dtype_of(&sample.fact.ty).ok_or_else(|| arguments.refuse(""))?;
    if !is_index(&offset.fact.ty) || !is_index(&count.fact.ty) {
        return Err(arguments.refuse("offset and count are ints"));
    }
    Ok(Fact::of(Type::Array(ArrayType { dtype, ndim: 1, layout: Layout::C, is_writable })))
}

fn lower_array_over(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let Type::Array(array) = &fact.ty else { return Err(Reason::Internal("no array".to_owned())) };
    let header = checked_argument(lowering, &arguments.positional[0])?;
    let [offset, count] = [2, 3].map(|index| {
        let own = lowering.argument(&arguments.positional[index]);
        lowering.to_index(&own, &arguments.positional[index].fact.ty)
    });
    let data = lowering.container_data(header);
    let address = lowering.b.ptr_add(data, offset);
    lowering.retain(header);
    let stride = lowering.b.const_i64(i64::from(array.dtype.size()));
    Ok(Repr::from_slice(&[header, address, count, stride]))
}

/// The header, once it is known that the memoryview was not released.
fn checked(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<(Value, BufferType), Reason> {
    let buffer = buffer_of(ty)?;
    lowering.check_released(a[0], &buffer);
    Ok((a[0], buffer))
}

fn lower_format(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let (_, buffer) = checked(lowering, a, ty)?;
    Ok(Repr::from_slice(&[lowering.known_text(&char::from(buffer.format).to_string())]))
}

fn lower_item_size(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let (_, buffer) = checked(lowering, a, ty)?;
    Ok(Repr::from_slice(&[lowering.b.const_i64(i64::from(buffer.dtype().size()))]))
}

fn lower_ndim(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let (_, buffer) = checked(lowering, a, ty)?;
    Ok(Repr::from_slice(&[lowering.b.const_i64(i64::from(buffer.ndim))]))
}

fn lower_byte_count(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let (header, buffer) = checked(lowering, a, ty)?;
    let mut count = lowering.b.const_i64(i64::from(buffer.dtype().size()));
    for axis in 0..usize::from(buffer.ndim) {
        let length = lowering.buffer_axis(header, SHAPE_OFFSET, axis);
        count = lowering.b.mul_int(count, length);
    }
    Ok(Repr::from_slice(&[count]))
}

fn lower_is_read_only(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    lower_asked(lowering, a, ty, "readonly")
}

fn axes(a: &Fact) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::tuple(vec![Type::Int; usize::from(buffer_of(&a.ty)?.ndim)])))
}

fn lower_axes(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type, offset: i32) -> Result<Repr, Reason> {
    let (header, buffer) = checked(lowering, a, ty)?;
    Ok((0..usize::from(buffer.ndim)).map(|axis| lowering.buffer_axis(header, offset, axis)).collect())
}

/// A flag of CPython's object: a type says less where a view may have been made with any step.
fn lower_asked(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type, name: &str) -> Result<Repr, Reason> {
    let (header, _) = checked(lowering, a, ty)?;
    let name = lowering.known_text(name);
    let object = lowering.ask_for_block(Operation::Attribute, header, Some(name), &[])[0];
    lowering.hold_temporary(object);
    let truth = lowering.ask_truth(Operation::Truth, &Repr::from_slice(&[object]), &Type::Object, None);
    lowering.release_temporary(object);
    Ok(Repr::from_slice(&[truth]))
}
