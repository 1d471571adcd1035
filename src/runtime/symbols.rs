//! The runtime's routines as compiled code sees them: name, C signature, effects and address, one row each.
//!
//! Rows are the ABI between lir and the runtime. A tier resolves a symbol to an address through `addresses()`,
//! which the process that runs the code supplies; the LLVM tier's library receives the list over its C interface.
//! Routines are `extern "C"` and never unwind. `Bool` travels as a byte.

use std::ffi::c_void;
use std::fmt;
use std::sync::atomic::AtomicU64;

use crate::lir::Type;
use crate::runtime::complex::{Complex, Complex32};
use crate::runtime::hashing::KeyShape;
use crate::runtime::memory::{Contents, Header};
use crate::runtime::numpy_complex::{double, single};
use crate::runtime::strings::{Text, calls, format_calls, output, values};
use crate::runtime::{
    clock, cmath, complex, deque, dict, errors, exact_spread, exact_sum, exception_classes, floats, foreign, gamma,
    generators, hashing, integers, libm, list, memory, norm, objects, products, random, rounding, search, set, sort,
    stack, strided, ticker, ufuncs,
};

/// What a routine does, for the optimizers of both tiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolEffects {
    /// A function of its arguments alone: calls may be merged, moved and removed.
    Pure,
    /// Reads memory that its arguments lead to.
    Reads,
    /// Reads and writes memory.
    Writes,
    /// Records an exception; the caller takes an error path after it.
    Raises,
}

/// One row of the table.
#[derive(Debug)]
pub struct SymbolInfo {
    /// The name; of a libm routine its C name, so that LLVM knows it.
    pub name: &'static str,
    /// Parameter types.
    pub params: &'static [Type],
    /// Result types: none or one.
    pub returns: &'static [Type],
    /// What it does beside.
    pub effects: SymbolEffects,
}

macro_rules! symbols {
    ($( $(#[$meta:meta])* $variant:ident $name:literal = $path:path [$($fn_type:tt)*]
        ($($param:ident),*) -> ($($ret:ident)?), $effects:ident; )*) => {
        /// A routine of the runtime.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Symbol { $( $(#[$meta])* $variant, )* }

        impl Symbol {
            /// All symbols, in the order of their encoding.
            pub const ALL: &'static [Symbol] = &[ $( Symbol::$variant, )* ];

            /// The row of the symbol.
            pub fn info(self) -> &'static SymbolInfo {
                match self {
                    $( Symbol::$variant => &SymbolInfo {
                        name: $name,
                        params: &[ $( Type::$param ),* ],
                        returns: &[ $( Type::$ret )? ],
                        effects: SymbolEffects::$effects,
                    }, )*
                }
            }

            /// The address of the routine in this library.
            pub fn address(self) -> *const c_void {
                match self {
                    $( Symbol::$variant => $path as $($fn_type)* as *const c_void, )*
                }
            }
        }
    };
}

symbols! {
    // ---- errors ----
    /// Raises the exception of a site: function id, site index, number of the class.
    Raise "upshift_raise" = errors::raise [extern "C" fn(i64, i64, i64)] (I64, I64, I64) -> (), Raises;
    /// Adds a number for the message or arguments of the exception just raised.
    RaiseNumber "upshift_raise_number" = errors::raise_number [extern "C" fn(i64)] (I64) -> (), Raises;
    /// Adds a string to the arguments of the exception just raised.
    RaiseText "upshift_raise_text" = errors::raise_text [unsafe extern "C" fn(*const Text)] (Ptr) -> (), Raises;
    /// Adds a frame to the traceback of the exception in flight: function id, line.
    Trace "upshift_trace" = errors::trace [extern "C" fn(i64, i64)] (I64, I64) -> (), Raises;
    /// An exception object that is not raised yet: function id, site index, number of the class.
    NewException "upshift_new_exception" = errors::new_exception [extern "C" fn(i64, i64, i64) -> *mut memory::Header]
        (I64, I64, I64) -> (Ptr), Writes;
    /// Adds a number for the message or arguments of an exception object.
    ExceptionNumber "upshift_exception_number" = errors::exception_number
        [unsafe extern "C" fn(*mut memory::Header, i64)] (Ptr, I64) -> (), Writes;
    /// Adds a string to the arguments of an exception object.
    ExceptionText "upshift_exception_text" = errors::exception_text
        [unsafe extern "C" fn(*mut memory::Header, *const Text)] (Ptr, Ptr) -> (), Writes;
    /// Raises an exception object: the object, function id, line.
    RaiseObject "upshift_raise_object" = errors::raise_object [unsafe extern "C" fn(*mut memory::Header, i64, i64)]
        (Ptr, I64, I64) -> (), Writes;
    /// Lets a caught exception go on.
    Reraise "upshift_reraise" = errors::reraise [unsafe extern "C" fn(*mut memory::Header)] (Ptr) -> (), Writes;
    /// States the cause of an exception: another one, or null for none.
    SetCause "upshift_set_cause" = errors::set_cause
        [unsafe extern "C" fn(*mut memory::Header, *mut memory::Header)] (Ptr, Ptr) -> (), Writes;
    /// Takes the exception in flight; the reference is the caller's.
    Catch "upshift_catch" = errors::catch [extern "C" fn() -> *mut memory::Header] () -> (Ptr), Writes;
    /// Makes a `RuntimeError` of a `StopIteration` in flight that leaves a generator: function id, site, class of the error.
    GeneratorRaised "upshift_generator_raised" = errors::generator_raised [extern "C" fn(i64, i64, i64)]
        (I64, I64, I64) -> (), Writes;
    /// Whether an exception is the `RuntimeError` that a generator made of the `StopIteration` that was thrown into it.
    IsStopped "upshift_is_stopped" = errors::is_stopped
        [unsafe extern "C" fn(*mut memory::Header, *mut memory::Header) -> bool] (Ptr, Ptr) -> (Bool), Writes;
    /// How many frames of functions an exception has passed.
    FrameCount "upshift_frame_count" = errors::frame_count [unsafe extern "C" fn(*mut memory::Header) -> i64]
        (Ptr) -> (I64), Writes;
    /// Forgets the frames that an exception has passed behind so many.
    ForgetFrames "upshift_forget_frames" = errors::forget_frames
        [unsafe extern "C" fn(*mut memory::Header, i64)] (Ptr, I64) -> (), Writes;
    /// An exception in flight is to be thrown into a generator: whether it is resumed for that.
    PrepareThrow "upshift_prepare_throw" = generators::prepare_throw
        [unsafe extern "C" fn(*mut memory::Header) -> bool] (Ptr) -> (Bool), Writes;
    /// An exception is being handled from here on.
    BeginHandling "upshift_begin_handling" = errors::begin_handling [unsafe extern "C" fn(*mut memory::Header)]
        (Ptr) -> (), Writes;
    /// What was handled before is being handled again.
    EndHandling "upshift_end_handling" = errors::end_handling [extern "C" fn()] () -> (), Writes;
    /// The exception that is being handled with a reference for the caller, or null.
    Handled "upshift_handled" = errors::handled [extern "C" fn() -> *mut memory::Header] () -> (Ptr), Writes;
    /// Bytes that have the contents of others, which may change.
    TextCopy "upshift_text_copy" = calls::copy [unsafe extern "C" fn(*const Text) -> *mut Text] (Ptr) -> (Ptr), Writes;
    /// What Python does with an object: the operation, one or two objects, the address of the answer. 1 if it raised.
    ObjectOperation "upshift_object_operation" = objects::operate
        [unsafe extern "C" fn(i64, *mut memory::Header, *mut memory::Header, *mut u64) -> i32]
        (I64, Ptr, Ptr, Ptr) -> (I32), Writes;
    /// The number of the class of an exception.
    ExceptionClassOf "upshift_exception_class_of" = errors::class_of
        [unsafe extern "C" fn(*mut memory::Header) -> i64] (Ptr) -> (I64), Writes;
    /// The cause of an exception, or its context where the number is not 0, with a reference for the caller; or null.
    ExceptionLink "upshift_exception_link" = errors::link
        [unsafe extern "C" fn(*mut memory::Header, i64) -> *mut memory::Header] (Ptr, I64) -> (Ptr), Writes;
    /// Whether the class of a number is that of another one or derived from it.
    IsSubclass "upshift_is_subclass" = exception_classes::is_subclass_of [extern "C" fn(i64, i64) -> bool]
        (I64, I64) -> (Bool), Pure;
    /// The bytes of a list of ints, at the address of the answer; `DOMAIN` if one is no byte.
    BytesOfList "upshift_bytes_of_list" = calls::bytes_of_list
        [unsafe extern "C" fn(*const Header, *mut *mut Text) -> i32] (Ptr, Ptr) -> (I32), Writes;
    /// The exact mean or spread of a list of floats, at the address of the answer; `RANGE` if it is no float.
    ExactSpread "upshift_exact_spread" = exact_spread::spread
        [unsafe extern "C" fn(*const Header, i64, i64, *mut f64) -> i32] (Ptr, I64, I64, Ptr) -> (I32), Writes;
    /// Calls a C function: address, integers, floats, kind of the result, where that goes.
    CallForeign "upshift_call_foreign" = foreign::call
        [unsafe extern "C" fn(*const c_void, *const [i64; 6], *const [f64; 8], i64, *mut u64)]
        (Ptr, Ptr, Ptr, I64, Ptr) -> (), Writes;
    /// The next float of a generator.
    RandomFloat "upshift_random_float" = random::float [unsafe extern "C" fn(*mut random::Generator) -> f64]
        (Ptr) -> (F64), Writes;
    /// So many random bits of a generator.
    RandomBits "upshift_random_bits" = random::bits [unsafe extern "C" fn(*mut random::Generator, i64) -> i64]
        (Ptr, I64) -> (I64), Writes;
    /// Seconds of a clock, by its number.
    ClockSeconds "upshift_clock_seconds" = clock::seconds [extern "C" fn(i64) -> f64] (I64) -> (F64), Writes;
    /// Nanoseconds of a clock, by its number.
    ClockNanoseconds "upshift_clock_nanoseconds" = clock::nanoseconds [extern "C" fn(i64) -> i64] (I64) -> (I64), Writes;
    /// Whether an exception is of the class of a number.
    MatchesClass "upshift_matches_class" = errors::matches_class
        [unsafe extern "C" fn(*mut memory::Header, i64) -> bool] (Ptr, I64) -> (Bool), Writes;

    /// Where the address stands that this thread's stack must not reach.
    StackLimit "upshift_stack_limit" = stack::limit [extern "C" fn() -> *const AtomicU64] () -> (Ptr), Reads;
    /// Why a frame, given by its address, is beyond that limit: a number of `stack`.
    CheckStack "upshift_check_stack" = stack::check [extern "C" fn(i64) -> i32] (I64) -> (I32), Raises;
    /// The same for loops of tier 1, by the address of their `ticker::Watch`. Leaves all registers as they are, if the
    /// caller relies on that.
    AttendLoop "upshift_attend_loop" = ticker::attend_loop [unsafe extern "C" fn(*mut ticker::Watch)]
        (Ptr) -> (), Writes;
    /// Runs the handlers of signals that have arrived: 1 if one raised. Takes the id of the function that asks.
    Attend "upshift_attend" = ticker::attend [extern "C" fn(i64) -> i32] (I64) -> (I32), Raises;

    // ---- memory ----
    /// A new block of the given number of bytes with one reference; its elements follow the header. Null: no memory.
    Allocate "upshift_allocate" = memory::allocate [extern "C" fn(i64) -> *mut memory::Header] (I64) -> (Ptr), Writes;
    /// The same, filled with zeros.
    AllocateZeroed "upshift_allocate_zeroed" = memory::allocate_zeroed [extern "C" fn(i64) -> *mut memory::Header]
        (I64) -> (Ptr), Writes;
    /// A new block of these contents, with so many bytes of zeros behind its header. Null: no memory.
    AllocateContents "upshift_allocate_contents" = memory::allocate_contents
        [extern "C" fn(memory::Contents, i64) -> *mut memory::Header] (I64, I64) -> (Ptr), Writes;
    /// Adds a reference to a block.
    Retain "upshift_retain" = memory::retain [unsafe extern "C" fn(*mut memory::Header)] (Ptr) -> (), Writes;
    /// Drops a reference; frees the block with the last.
    Release "upshift_release" = memory::release [unsafe extern "C" fn(*mut memory::Header)] (Ptr) -> (), Writes;

    // ---- lists: null or 1 say that there is no memory ----
    /// A new list: contents, length.
    ListNew "upshift_list_new" = list::new [extern "C" fn(Contents, i64) -> *mut Header] (I64, I64) -> (Ptr), Writes;
    /// Makes room for one item more.
    ListGrow "upshift_list_grow" = list::grow [unsafe extern "C" fn(*mut Header) -> i32] (Ptr) -> (I32), Writes;
    /// Makes room for so many items in all.
    ListReserve "upshift_list_reserve" = list::reserve [unsafe extern "C" fn(*mut Header, i64) -> i32]
        (Ptr, I64) -> (I32), Writes;
    /// Moves bytes: from, to, how many; the two may overlap.
    MoveBytes "upshift_move_bytes" = memory::move_bytes [unsafe extern "C" fn(*const u8, *mut u8, i64)]
        (Ptr, Ptr, I64) -> (), Writes;
    /// Opens a gap in a deque: position, count.
    ListOpenGap "upshift_list_open_gap" = list::open_gap [unsafe extern "C" fn(*mut Header, i64, i64) -> i32]
        (Ptr, I64, I64) -> (I32), Writes;
    /// Takes out the item at a position; its references are the caller's.
    ListTakeOut "upshift_list_take_out" = list::take_out [unsafe extern "C" fn(*mut Header, i64)]
        (Ptr, I64) -> (), Writes;
    /// Deletes items: start, count, step.
    ListDelete "upshift_list_delete" = list::delete_stepped [unsafe extern "C" fn(*mut Header, i64, i64, i64)]
        (Ptr, I64, I64, I64) -> (), Writes;
    /// A new list of some items: start, count, step.
    ListSlice "upshift_list_slice" = list::slice [unsafe extern "C" fn(*const Header, i64, i64, i64) -> *mut Header]
        (Ptr, I64, I64, I64) -> (Ptr), Writes;
    /// A new list of the items of two.
    ListConcat "upshift_list_concat" = list::concat
        [unsafe extern "C" fn(*const Header, *const Header) -> *mut Header] (Ptr, Ptr) -> (Ptr), Writes;
    /// A new list of the items again and again.
    ListRepeat "upshift_list_repeat" = list::repeat [unsafe extern "C" fn(*const Header, i64) -> *mut Header]
        (Ptr, I64) -> (Ptr), Writes;
    /// Repeats the items of a list in it.
    ListRepeatInPlace "upshift_list_repeat_in_place" = list::repeat_in_place
        [unsafe extern "C" fn(*mut Header, i64) -> i32] (Ptr, I64) -> (I32), Writes;
    /// Appends the items of another list.
    ListExtend "upshift_list_extend" = list::extend [unsafe extern "C" fn(*mut Header, *const Header) -> i32]
        (Ptr, Ptr) -> (I32), Writes;
    /// Assigns to a slice: start, count, step, the other list. 2 says that the numbers of items differ.
    ListAssign "upshift_list_assign" = list::assign
        [unsafe extern "C" fn(*mut Header, i64, i64, i64, *const Header) -> i32]
        (Ptr, I64, I64, I64, Ptr) -> (I32), Writes;
    /// Reverses the items of a list.
    ListReverse "upshift_list_reverse" = list::reverse [unsafe extern "C" fn(*mut Header)] (Ptr) -> (), Writes;

    /// The position of an int in a list of them, from a position on; -1 if it is not there.
    ListFindInt "upshift_list_find_int" = search::find_int [unsafe extern "C" fn(*const Header, i64, i64) -> i64]
        (Ptr, I64, I64) -> (I64), Reads;
    /// A new empty deque: contents, limit.
    DequeNew "upshift_deque_new" = deque::new [extern "C" fn(Contents, i64) -> *mut Header] (I64, I64) -> (Ptr), Writes;
    /// Moves items from the end of a deque to its front.
    DequeRotate "upshift_deque_rotate" = deque::rotate [unsafe extern "C" fn(*mut Header, i64) -> i32]
        (Ptr, I64) -> (I32), Writes;

    /// Sorts a list by the items of another: list, keys, address and number of the parts of keys, whether in reverse.
    ListSortBy "upshift_list_sort_by" = sort::sort_by
        [unsafe extern "C" fn(*mut Header, *const Header, *const i64, i64, bool) -> i32]
        (Ptr, Ptr, Ptr, I64, Bool) -> (I32), Writes;

    // ---- dicts and sets: null or 1 say that there is no memory ----
    /// A new dict: contents, shape of keys.
    DictNew "upshift_dict_new" = dict::new [extern "C" fn(Contents, KeyShape) -> *mut Header]
        (I64, I64) -> (Ptr), Writes;
    /// The entry of a key, or null: dict, hash, key.
    DictFind "upshift_dict_find" = dict::find [unsafe extern "C" fn(*const Header, i64, *const u64) -> *mut u8]
        (Ptr, I64, Ptr) -> (Ptr), Reads;
    /// The entry of a key, added if there is none: dict, hash, key.
    DictPlace "upshift_dict_place" = dict::place [unsafe extern "C" fn(*mut Header, i64, *const u64) -> *mut u8]
        (Ptr, I64, Ptr) -> (Ptr), Writes;
    /// The entry of an int, or null.
    DictFindInt "upshift_dict_find_int" = dict::find_int [unsafe extern "C" fn(*const Header, i64) -> *mut u8]
        (Ptr, I64) -> (Ptr), Reads;
    /// The entry of an int, added if there is none.
    DictPlaceInt "upshift_dict_place_int" = dict::place_int [unsafe extern "C" fn(*mut Header, i64) -> *mut u8]
        (Ptr, I64) -> (Ptr), Writes;
    /// Takes out an entry; its value's references are the caller's.
    DictRemove "upshift_dict_remove" = dict::remove [unsafe extern "C" fn(*mut Header, *mut u8)] (Ptr, Ptr) -> (), Writes;
    /// The position of the next entry at or after one.
    DictNext "upshift_dict_next" = dict::next [unsafe extern "C" fn(*const Header, i64) -> i64] (Ptr, I64) -> (I64), Reads;
    /// The position of the entry before or at one; -1 if there is none.
    DictPrevious "upshift_dict_previous" = dict::previous [unsafe extern "C" fn(*const Header, i64) -> i64]
        (Ptr, I64) -> (I64), Reads;
    /// Empties a dict.
    DictClear "upshift_dict_clear" = dict::clear [unsafe extern "C" fn(*mut Header)] (Ptr) -> (), Writes;
    /// A new dict with the same entries.
    DictCopy "upshift_dict_copy" = dict::copy [unsafe extern "C" fn(*const Header) -> *mut Header]
        (Ptr) -> (Ptr), Writes;
    /// A new set: contents, shape of keys.
    SetNew "upshift_set_new" = set::new [extern "C" fn(Contents, KeyShape) -> *mut Header] (I64, I64) -> (Ptr), Writes;
    /// The place of a key, or null: set, hash, key.
    SetFind "upshift_set_find" = set::find [unsafe extern "C" fn(*const Header, i64, *const u64) -> *mut u8]
        (Ptr, I64, Ptr) -> (Ptr), Reads;
    /// The place of an int in a set of ints, or null.
    SetFindInt "upshift_set_find_int" = set::find_int [unsafe extern "C" fn(*const Header, i64) -> *mut u8]
        (Ptr, I64) -> (Ptr), Reads;
    /// Adds an int to a set of ints.
    SetAddInt "upshift_set_add_int" = set::add_int [unsafe extern "C" fn(*mut Header, i64) -> i32]
        (Ptr, I64) -> (I32), Writes;
    /// Adds a key: set, hash, key.
    SetAdd "upshift_set_add" = set::add [unsafe extern "C" fn(*mut Header, i64, *const u64) -> i32]
        (Ptr, I64, Ptr) -> (I32), Writes;
    /// Takes out the key at a place; its references are the caller's.
    SetRemove "upshift_set_remove" = set::remove [unsafe extern "C" fn(*mut Header, *mut u8)] (Ptr, Ptr) -> (), Writes;
    /// Takes out the key at a place.
    SetDiscard "upshift_set_discard" = set::discard [unsafe extern "C" fn(*mut Header, *mut u8)]
        (Ptr, Ptr) -> (), Writes;
    /// The place whose key `pop` takes, or null.
    SetToPop "upshift_set_to_pop" = set::to_pop [unsafe extern "C" fn(*mut Header) -> *mut u8] (Ptr) -> (Ptr), Writes;
    /// The next place with a key at or after one.
    SetNext "upshift_set_next" = set::next [unsafe extern "C" fn(*const Header, i64) -> i64] (Ptr, I64) -> (I64), Reads;
    /// Adds the keys of another set.
    SetMerge "upshift_set_merge" = set::merge [unsafe extern "C" fn(*mut Header, *const Header) -> i32]
        (Ptr, Ptr) -> (I32), Writes;
    /// A new set with the same keys.
    SetCopy "upshift_set_copy" = set::copy [unsafe extern "C" fn(*const Header) -> *mut Header] (Ptr) -> (Ptr), Writes;
    /// Exchanges what two sets hold.
    SetExchange "upshift_set_exchange" = set::exchange [unsafe extern "C" fn(*mut Header, *mut Header)]
        (Ptr, Ptr) -> (), Writes;
    /// Empties a set.
    SetClear "upshift_set_clear" = set::clear [unsafe extern "C" fn(*mut Header) -> i32] (Ptr) -> (I32), Writes;
    /// Python's hash of an int.
    HashInt "upshift_hash_int" = hashing::hash_int [extern "C" fn(i64) -> i64] (I64) -> (I64), Pure;
    /// Python's hash of an unsigned int.
    HashUint "upshift_hash_uint" = hashing::hash_uint [extern "C" fn(u64) -> i64] (I64) -> (I64), Pure;
    /// Python's hash of a float.
    HashFloat "upshift_hash_float" = hashing::hash_float [extern "C" fn(f64) -> i64] (F64) -> (I64), Pure;

    /// Copies elements between arrays of one shape: target, source, address of lengths then strides of the target
    /// then of the source, number of axes, bytes of an element.
    CopyStrided "upshift_copy_strided" = strided::copy [unsafe extern "C" fn(*mut u8, *const u8, *const i64, i64, i64)]
        (Ptr, Ptr, Ptr, I64, I64) -> (), Writes;

    /// Puts axes in the order of NumPy's reductions: address of lengths then strides, number of axes.
    CoalesceAxes "upshift_coalesce_axes" = strided::coalesce [unsafe extern "C" fn(*mut i64, i64)]
        (Ptr, I64) -> (), Writes;

    // ---- libm: C names, so that LLVM knows them ----
    /// C's exp.
    Exp "exp" = libm::exp [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's expf.
    ExpF32 "expf" = libm::expf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's exp2.
    Exp2 "exp2" = libm::exp2 [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's exp2f.
    Exp2F32 "exp2f" = libm::exp2f [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's expm1.
    Expm1 "expm1" = libm::expm1 [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's expm1f.
    Expm1F32 "expm1f" = libm::expm1f [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's log.
    Log "log" = libm::log [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's logf.
    LogF32 "logf" = libm::logf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's log2.
    Log2 "log2" = libm::log2 [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's log2f.
    Log2F32 "log2f" = libm::log2f [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's log10.
    Log10 "log10" = libm::log10 [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's log10f.
    Log10F32 "log10f" = libm::log10f [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's log1p.
    Log1p "log1p" = libm::log1p [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's log1pf.
    Log1pF32 "log1pf" = libm::log1pf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's sin.
    Sin "sin" = libm::sin [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's sinf.
    SinF32 "sinf" = libm::sinf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's cos.
    Cos "cos" = libm::cos [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's cosf.
    CosF32 "cosf" = libm::cosf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's tan.
    Tan "tan" = libm::tan [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's tanf.
    TanF32 "tanf" = libm::tanf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's asin.
    Asin "asin" = libm::asin [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's asinf.
    AsinF32 "asinf" = libm::asinf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's acos.
    Acos "acos" = libm::acos [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's acosf.
    AcosF32 "acosf" = libm::acosf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's atan.
    Atan "atan" = libm::atan [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's atanf.
    AtanF32 "atanf" = libm::atanf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's sinh.
    Sinh "sinh" = libm::sinh [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's sinhf.
    SinhF32 "sinhf" = libm::sinhf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's cosh.
    Cosh "cosh" = libm::cosh [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's coshf.
    CoshF32 "coshf" = libm::coshf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's tanh.
    Tanh "tanh" = libm::tanh [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's tanhf.
    TanhF32 "tanhf" = libm::tanhf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's asinh.
    Asinh "asinh" = libm::asinh [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's asinhf.
    AsinhF32 "asinhf" = libm::asinhf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's acosh.
    Acosh "acosh" = libm::acosh [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's acoshf.
    AcoshF32 "acoshf" = libm::acoshf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's atanh.
    Atanh "atanh" = libm::atanh [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's atanhf.
    AtanhF32 "atanhf" = libm::atanhf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's cbrt.
    Cbrt "cbrt" = libm::cbrt [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's cbrtf.
    CbrtF32 "cbrtf" = libm::cbrtf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's erf.
    Erf "erf" = libm::erf [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's erff.
    ErfF32 "erff" = libm::erff [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's erfc.
    Erfc "erfc" = libm::erfc [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's erfcf.
    ErfcF32 "erfcf" = libm::erfcf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's logb.
    Logb "logb" = libm::logb [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's logbf.
    LogbF32 "logbf" = libm::logbf [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;
    /// C's pow.
    Pow "pow" = libm::pow [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// C's powf.
    PowF32 "powf" = libm::powf [extern "C" fn(f32, f32) -> f32] (F32, F32) -> (F32), Pure;
    /// C's atan2.
    Atan2 "atan2" = libm::atan2 [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// C's atan2f.
    Atan2F32 "atan2f" = libm::atan2f [extern "C" fn(f32, f32) -> f32] (F32, F32) -> (F32), Pure;
    /// C's hypot.
    Hypot "hypot" = libm::hypot [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// C's hypotf.
    HypotF32 "hypotf" = libm::hypotf [extern "C" fn(f32, f32) -> f32] (F32, F32) -> (F32), Pure;
    /// C's fmod.
    Fmod "fmod" = libm::fmod [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// C's fmodf.
    FmodF32 "fmodf" = libm::fmodf [extern "C" fn(f32, f32) -> f32] (F32, F32) -> (F32), Pure;
    /// C's remainder.
    Remainder "remainder" = libm::remainder [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// C's remainderf.
    RemainderF32 "remainderf" = libm::remainderf [extern "C" fn(f32, f32) -> f32] (F32, F32) -> (F32), Pure;
    /// C's nextafter.
    NextAfter "nextafter" = libm::nextafter [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// C's nextafterf.
    NextAfterF32 "nextafterf" = libm::nextafterf [extern "C" fn(f32, f32) -> f32] (F32, F32) -> (F32), Pure;

    // ---- parts of floats ----
    /// x * 2**n.
    Ldexp "upshift_ldexp" = libm::ldexp [extern "C" fn(f64, i64) -> f64] (F64, I64) -> (F64), Pure;
    /// The mantissa of frexp.
    FrexpMantissa "upshift_frexp_mantissa" = libm::frexp_mantissa [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// The exponent of frexp.
    FrexpExponent "upshift_frexp_exponent" = libm::frexp_exponent [extern "C" fn(f64) -> i64] (F64) -> (I64), Pure;
    /// The fraction of modf.
    ModfFraction "upshift_modf_fraction" = libm::modf_fraction [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// x * 2**n.
    LdexpF32 "upshift_ldexp_f32" = libm::ldexpf [extern "C" fn(f32, i64) -> f32] (F32, I64) -> (F32), Pure;
    /// The mantissa of frexp.
    FrexpMantissaF32 "upshift_frexp_mantissa_f32" = libm::frexpf_mantissa [extern "C" fn(f32) -> f32]
        (F32) -> (F32), Pure;
    /// The exponent of frexp.
    FrexpExponentF32 "upshift_frexp_exponent_f32" = libm::frexpf_exponent [extern "C" fn(f32) -> i64]
        (F32) -> (I64), Pure;
    /// The fraction of modf.
    ModfFractionF32 "upshift_modf_fraction_f32" = libm::modff_fraction [extern "C" fn(f32) -> f32] (F32) -> (F32), Pure;

    // ---- math: CPython's own algorithms ----
    /// math.ulp.
    Ulp "upshift_ulp" = libm::ulp [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// math.isclose: a, b, relative and absolute tolerance, neither negative.
    IsClose "upshift_is_close" = libm::is_close [extern "C" fn(f64, f64, f64, f64) -> bool]
        (F64, F64, F64, F64) -> (Bool), Pure;
    /// math.gamma.
    Gamma "upshift_gamma" = gamma::gamma [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// math.lgamma.
    Lgamma "upshift_lgamma" = gamma::lgamma [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// math.hypot of two.
    MathHypot "upshift_hypot" = norm::hypot [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// math.hypot of three.
    MathHypot3 "upshift_hypot3" = norm::hypot3 [extern "C" fn(f64, f64, f64) -> f64] (F64, F64, F64) -> (F64), Pure;
    /// math.hypot of any number: address and count of the coordinates; math.dist on differences.
    MathHypotMany "upshift_hypot_many" = norm::hypot_many [unsafe extern "C" fn(*const f64, i64) -> f64]
        (Ptr, I64) -> (F64), Reads;
    /// math.fsum: address, count and stride in bytes: OK, DOMAIN or RANGE.
    MathSum "upshift_exact_sum" = exact_sum::sum [unsafe extern "C" fn(*const f64, i64, i64, *mut f64) -> i32]
        (Ptr, I64, I64, Ptr) -> (I32), Writes;

    // ---- floats ----
    /// a // b.
    FloorDivide "upshift_floor_divide" = floats::floor_divide [extern "C" fn(f64, f64) -> f64]
        (F64, F64) -> (F64), Pure;
    /// a % b.
    Modulo "upshift_modulo" = floats::modulo [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
    /// a // b.
    FloorDivideF32 "upshift_floor_divide_f32" = floats::floor_divide_f32 [extern "C" fn(f32, f32) -> f32]
        (F32, F32) -> (F32), Pure;
    /// a % b.
    ModuloF32 "upshift_modulo_f32" = floats::modulo_f32 [extern "C" fn(f32, f32) -> f32] (F32, F32) -> (F32), Pure;
    /// round(x, digits); infinite from a finite x: OverflowError.
    RoundDigits "upshift_round_digits" = rounding::round_digits [extern "C" fn(f64, i64) -> f64]
        (F64, I64) -> (F64), Pure;
    /// numpy.round(x, digits).
    RoundScaled "upshift_round_scaled" = rounding::round_scaled [extern "C" fn(f64, i64) -> f64]
        (F64, I64) -> (F64), Pure;
    /// numpy.round(x, digits).
    RoundScaledF32 "upshift_round_scaled_f32" = rounding::round_scaled_f32 [extern "C" fn(f32, i64) -> f32]
        (F32, I64) -> (F32), Pure;
    /// a / b of integers, rounded once.
    DivideInts "upshift_divide_ints" = floats::divide_ints [extern "C" fn(i64, i64) -> f64] (I64, I64) -> (F64), Pure;
    /// Compares exactly: -1, 0, 1, or 2 for NaN.
    CompareIntFloat "upshift_compare_int_float" = floats::compare_int_float [extern "C" fn(i64, f64) -> i32]
        (I64, F64) -> (I32), Pure;
    /// The same of an unsigned integer.
    CompareUintFloat "upshift_compare_uint_float" = floats::compare_uint_float [extern "C" fn(u64, f64) -> i32]
        (I64, F64) -> (I32), Pure;
    /// int(x) through the pointer: OK, DOMAIN (NaN), RANGE (infinity), TOO_LARGE.
    FloatToInt "upshift_float_to_int" = floats::float_to_int [unsafe extern "C" fn(f64, *mut i64) -> i32]
        (F64, Ptr) -> (I32), Writes;

    // ---- integers ----
    /// math.gcd and numpy.gcd; negative only for 2**63, which does not fit.
    Gcd "upshift_gcd" = integers::gcd [extern "C" fn(i64, i64) -> i64] (I64, I64) -> (I64), Pure;
    /// numpy.gcd of unsigned integers.
    GcdUint "upshift_gcd_uint" = integers::gcd_uint [extern "C" fn(u64, u64) -> u64] (I64, I64) -> (I64), Pure;
    /// numpy.lcm: wraps.
    Lcm "upshift_lcm" = integers::lcm [extern "C" fn(i64, i64) -> i64] (I64, I64) -> (I64), Pure;
    /// numpy.lcm of unsigned integers.
    LcmUint "upshift_lcm_uint" = integers::lcm_uint [extern "C" fn(u64, u64) -> u64] (I64, I64) -> (I64), Pure;
    /// base ** exponent modulo 2**64, for every width; the exponent is not negative.
    IntPower "upshift_int_power" = integers::power [extern "C" fn(i64, i64) -> i64] (I64, I64) -> (I64), Pure;
    /// The whole square root of a non-negative integer.
    Isqrt "upshift_isqrt" = integers::isqrt [extern "C" fn(i64) -> i64] (I64) -> (I64), Pure;
    /// math.lcm: OK or TOO_LARGE.
    LcmChecked "upshift_lcm_checked" = integers::lcm_checked [unsafe extern "C" fn(i64, i64, *mut i64) -> i32]
        (I64, I64, Ptr) -> (I32), Writes;
    /// base ** exponent, exponent not negative: OK or TOO_LARGE.
    IntPowerChecked "upshift_int_power_checked" = integers::power_checked
        [unsafe extern "C" fn(i64, i64, *mut i64) -> i32]
        (I64, I64, Ptr) -> (I32), Writes;
    /// pow(base, exponent, modulus), modulus not zero: OK or DOMAIN (no inverse).
    PowerModulo "upshift_power_modulo" = integers::power_modulo [unsafe extern "C" fn(i64, i64, i64, *mut i64) -> i32]
        (I64, I64, I64, Ptr) -> (I32), Writes;
    /// math.comb, none negative: OK or TOO_LARGE.
    Comb "upshift_comb" = integers::comb [unsafe extern "C" fn(i64, i64, *mut i64) -> i32]
        (I64, I64, Ptr) -> (I32), Writes;
    /// math.perm, none negative: OK or TOO_LARGE.
    Perm "upshift_perm" = integers::perm [unsafe extern "C" fn(i64, i64, *mut i64) -> i32]
        (I64, I64, Ptr) -> (I32), Writes;
    /// round(integer, digits): OK or TOO_LARGE.
    IntRoundDigits "upshift_int_round_digits" = integers::round_digits [unsafe extern "C" fn(i64, i64, *mut i64) -> i32]
        (I64, I64, Ptr) -> (I32), Writes;
    /// math.factorial, not negative: OK or TOO_LARGE.
    Factorial "upshift_factorial" = integers::factorial [unsafe extern "C" fn(i64, *mut i64) -> i32]
        (I64, Ptr) -> (I32), Writes;

    // ---- complex operators: parts, then the address of the result ----
    /// a / b in Python: OK or ZERO_DIVISION.
    ComplexDivide "upshift_complex_divide" = complex::divide
        [unsafe extern "C" fn(f64, f64, f64, f64, *mut Complex) -> i32]
        (F64, F64, F64, F64, Ptr) -> (I32), Writes;
    /// a ** b in Python: OK, ZERO_DIVISION or RANGE.
    ComplexPower "upshift_complex_power" = complex::power
        [unsafe extern "C" fn(f64, f64, f64, f64, *mut Complex) -> i32]
        (F64, F64, F64, F64, Ptr) -> (I32), Writes;

    // ---- cmath: parts, then the address of the result; OK, DOMAIN or RANGE ----
    /// cmath.acos.
    CmathAcos "upshift_cmath_acos" = cmath::acos [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.acosh.
    CmathAcosh "upshift_cmath_acosh" = cmath::acosh [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.asin.
    CmathAsin "upshift_cmath_asin" = cmath::asin [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.asinh.
    CmathAsinh "upshift_cmath_asinh" = cmath::asinh [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.atan.
    CmathAtan "upshift_cmath_atan" = cmath::atan [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.atanh.
    CmathAtanh "upshift_cmath_atanh" = cmath::atanh [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.cos.
    CmathCos "upshift_cmath_cos" = cmath::cos [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.cosh.
    CmathCosh "upshift_cmath_cosh" = cmath::cosh [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.exp.
    CmathExp "upshift_cmath_exp" = cmath::exp [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.log.
    CmathLog "upshift_cmath_log" = cmath::log [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.log10.
    CmathLog10 "upshift_cmath_log10" = cmath::log10 [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.sin.
    CmathSin "upshift_cmath_sin" = cmath::sin [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.sinh.
    CmathSinh "upshift_cmath_sinh" = cmath::sinh [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.sqrt.
    CmathSqrt "upshift_cmath_sqrt" = cmath::sqrt [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.tan.
    CmathTan "upshift_cmath_tan" = cmath::tan [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.tanh.
    CmathTanh "upshift_cmath_tanh" = cmath::tanh [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.rect(length, angle).
    CmathRect "upshift_cmath_rect" = cmath::rect [unsafe extern "C" fn(f64, f64, *mut Complex) -> i32]
        (F64, F64, Ptr) -> (I32), Writes;
    /// cmath.isclose: two numbers, relative and absolute tolerance, neither negative.
    CmathIsClose "upshift_cmath_is_close" = cmath::is_close [extern "C" fn(f64, f64, f64, f64, f64, f64) -> bool]
        (F64, F64, F64, F64, F64, F64) -> (Bool), Pure;

    // ---- numpy, complex of f64: parts, then the address of the result ----
    /// numpy.divide.
    NumpyComplexDivide "upshift_numpy_complex_divide" = complex::numpy_divide
        [unsafe extern "C" fn(f64, f64, f64, f64, *mut Complex)]
        (F64, F64, F64, F64, Ptr) -> (), Writes;
    /// numpy.power.
    NumpyComplexPower "upshift_numpy_complex_power" = double::power
        [unsafe extern "C" fn(f64, f64, f64, f64, *mut Complex)]
        (F64, F64, F64, F64, Ptr) -> (), Writes;
    /// numpy.exp.
    NumpyComplexExp "upshift_numpy_complex_exp" = double::exp [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.exp2.
    NumpyComplexExp2 "upshift_numpy_complex_exp2" = double::exp2 [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.expm1.
    NumpyComplexExpm1 "upshift_numpy_complex_expm1" = double::expm1 [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.log.
    NumpyComplexLog "upshift_numpy_complex_log" = double::log [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.log2.
    NumpyComplexLog2 "upshift_numpy_complex_log2" = double::log2 [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.log10.
    NumpyComplexLog10 "upshift_numpy_complex_log10" = double::log10 [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.log1p.
    NumpyComplexLog1p "upshift_numpy_complex_log1p" = double::log1p [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.sqrt.
    NumpyComplexSqrt "upshift_numpy_complex_sqrt" = double::sqrt [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.sin.
    NumpyComplexSin "upshift_numpy_complex_sin" = double::sin [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.cos.
    NumpyComplexCos "upshift_numpy_complex_cos" = double::cos [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.tan.
    NumpyComplexTan "upshift_numpy_complex_tan" = double::tan [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.sinh.
    NumpyComplexSinh "upshift_numpy_complex_sinh" = double::sinh [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.cosh.
    NumpyComplexCosh "upshift_numpy_complex_cosh" = double::cosh [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.tanh.
    NumpyComplexTanh "upshift_numpy_complex_tanh" = double::tanh [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.arcsin.
    NumpyComplexArcsin "upshift_numpy_complex_arcsin" = double::arcsin [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.arccos.
    NumpyComplexArccos "upshift_numpy_complex_arccos" = double::arccos [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.arctan.
    NumpyComplexArctan "upshift_numpy_complex_arctan" = double::arctan [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.arcsinh.
    NumpyComplexArcsinh "upshift_numpy_complex_arcsinh" = double::arcsinh [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.arccosh.
    NumpyComplexArccosh "upshift_numpy_complex_arccosh" = double::arccosh [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;
    /// numpy.arctanh.
    NumpyComplexArctanh "upshift_numpy_complex_arctanh" = double::arctanh [unsafe extern "C" fn(f64, f64, *mut Complex)]
        (F64, F64, Ptr) -> (), Writes;

    // ---- numpy, complex of f32: parts, then the address of the result ----
    /// numpy.divide.
    NumpyComplexDivideF32 "upshift_numpy_complex_divide_f32" = complex::numpy_divide_f32
        [unsafe extern "C" fn(f32, f32, f32, f32, *mut Complex32)]
        (F32, F32, F32, F32, Ptr) -> (), Writes;
    /// numpy.power.
    NumpyComplexPowerF32 "upshift_numpy_complex_power_f32" = single::power
        [unsafe extern "C" fn(f32, f32, f32, f32, *mut Complex32)]
        (F32, F32, F32, F32, Ptr) -> (), Writes;
    /// numpy.exp.
    NumpyComplexExpF32 "upshift_numpy_complex_exp_f32" = single::exp [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.exp2.
    NumpyComplexExp2F32 "upshift_numpy_complex_exp2_f32" = single::exp2 [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.expm1.
    NumpyComplexExpm1F32 "upshift_numpy_complex_expm1_f32" = single::expm1
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.log.
    NumpyComplexLogF32 "upshift_numpy_complex_log_f32" = single::log [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.log2.
    NumpyComplexLog2F32 "upshift_numpy_complex_log2_f32" = single::log2 [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.log10.
    NumpyComplexLog10F32 "upshift_numpy_complex_log10_f32" = single::log10
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.log1p.
    NumpyComplexLog1pF32 "upshift_numpy_complex_log1p_f32" = single::log1p
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.sqrt.
    NumpyComplexSqrtF32 "upshift_numpy_complex_sqrt_f32" = single::sqrt [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.sin.
    NumpyComplexSinF32 "upshift_numpy_complex_sin_f32" = single::sin [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.cos.
    NumpyComplexCosF32 "upshift_numpy_complex_cos_f32" = single::cos [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.tan.
    NumpyComplexTanF32 "upshift_numpy_complex_tan_f32" = single::tan [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.sinh.
    NumpyComplexSinhF32 "upshift_numpy_complex_sinh_f32" = single::sinh [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.cosh.
    NumpyComplexCoshF32 "upshift_numpy_complex_cosh_f32" = single::cosh [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.tanh.
    NumpyComplexTanhF32 "upshift_numpy_complex_tanh_f32" = single::tanh [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.arcsin.
    NumpyComplexArcsinF32 "upshift_numpy_complex_arcsin_f32" = single::arcsin
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.arccos.
    NumpyComplexArccosF32 "upshift_numpy_complex_arccos_f32" = single::arccos
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.arctan.
    NumpyComplexArctanF32 "upshift_numpy_complex_arctan_f32" = single::arctan
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.arcsinh.
    NumpyComplexArcsinhF32 "upshift_numpy_complex_arcsinh_f32" = single::arcsinh
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.arccosh.
    NumpyComplexArccoshF32 "upshift_numpy_complex_arccosh_f32" = single::arccosh
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;
    /// numpy.arctanh.
    NumpyComplexArctanhF32 "upshift_numpy_complex_arctanh_f32" = single::arctanh
        [unsafe extern "C" fn(f32, f32, *mut Complex32)]
        (F32, F32, Ptr) -> (), Writes;

    // ---- numpy loops: index from `ufuncs::index` ----
    /// One f64 through a loop of one operand.
    NumpyUnary "upshift_numpy_unary" = ufuncs::unary [extern "C" fn(i64, f64) -> f64] (I64, F64) -> (F64), Pure;
    /// Two f64 through a loop of two operands.
    NumpyBinary "upshift_numpy_binary" = ufuncs::binary [extern "C" fn(i64, f64, f64) -> f64]
        (I64, F64, F64) -> (F64), Pure;
    /// One f32 through a loop of one operand.
    NumpyUnaryF32 "upshift_numpy_unary_f32" = ufuncs::unary_f32 [extern "C" fn(i64, f32) -> f32]
        (I64, F32) -> (F32), Pure;
    /// Two f32 through a loop of two operands.
    NumpyBinaryF32 "upshift_numpy_binary_f32" = ufuncs::binary_f32 [extern "C" fn(i64, f32, f32) -> f32]
        (I64, F32, F32) -> (F32), Pure;
    /// Arrays through a loop: index, count, addresses of the operands (results last), their strides in bytes.
    NumpyLoop "upshift_numpy_loop" = ufuncs::run [unsafe extern "C" fn(i64, i64, *mut *mut c_void, *const i64)]
        (I64, I64, Ptr, Ptr) -> (), Writes;

    // ---- BLAS: strides in bytes ----
    /// Dot product of f32: count, then address and stride of each.
    DotF32 "upshift_dot_f32" = products::dot_f32 [unsafe extern "C" fn(i64, *const f32, i64, *const f32, i64) -> f32]
        (I64, Ptr, I64, Ptr, I64) -> (F32), Reads;
    /// Dot product of f64: count, then address and stride of each.
    DotF64 "upshift_dot_f64" = products::dot_f64 [unsafe extern "C" fn(i64, *const f64, i64, *const f64, i64) -> f64]
        (I64, Ptr, I64, Ptr, I64) -> (F64), Reads;
    /// Dot product of complex64: the same, then the address of the result.
    DotComplex64 "upshift_dot_complex64" = products::dot_complex64
        [unsafe extern "C" fn(i64, *const Complex32, i64, *const Complex32, i64, *mut Complex32)]
        (I64, Ptr, I64, Ptr, I64, Ptr) -> (), Writes;
    /// Dot product of complex128: the same, then the address of the result.
    DotComplex128 "upshift_dot_complex128" = products::dot_complex128
        [unsafe extern "C" fn(i64, *const Complex, i64, *const Complex, i64, *mut Complex)]
        (I64, Ptr, I64, Ptr, I64, Ptr) -> (), Writes;
    /// c = a @ b of f32: addresses of a, b, c; of sizes m, k, n; of row and column strides of a, b, c.
    MatmulF32 "upshift_matmul_f32" = products::matmul_f32
        [unsafe extern "C" fn(*mut f32, *mut f32, *mut f32, *const [i64; 3], *const [[i64; 2]; 3])]
        (Ptr, Ptr, Ptr, Ptr, Ptr) -> (), Writes;
    /// c = a @ b of f64: addresses of a, b, c; of sizes m, k, n; of row and column strides of a, b, c.
    MatmulF64 "upshift_matmul_f64" = products::matmul_f64
        [unsafe extern "C" fn(*mut f64, *mut f64, *mut f64, *const [i64; 3], *const [[i64; 2]; 3])]
        (Ptr, Ptr, Ptr, Ptr, Ptr) -> (), Writes;
    /// c = a @ b of complex64: addresses of a, b, c; of sizes m, k, n; of row and column strides of a, b, c.
    MatmulComplex64 "upshift_matmul_complex64" = products::matmul_complex64
        [unsafe extern "C" fn(*mut Complex32, *mut Complex32, *mut Complex32, *const [i64; 3], *const [[i64; 2]; 3])]
        (Ptr, Ptr, Ptr, Ptr, Ptr) -> (), Writes;
    /// c = a @ b of complex128: addresses of a, b, c; of sizes m, k, n; of row and column strides of a, b, c.
    MatmulComplex128 "upshift_matmul_complex128" = products::matmul_complex128
        [unsafe extern "C" fn(*mut Complex, *mut Complex, *mut Complex, *const [i64; 3], *const [[i64; 2]; 3])]
        (Ptr, Ptr, Ptr, Ptr, Ptr) -> (), Writes;

    // ---- strings and bytes ----
    /// Item of a text at an index in range.
    TextItem "upshift_text_item" = calls::item [unsafe extern "C" fn(*const Text, i64) -> *mut Text]
        (Ptr, I64) -> (Ptr), Writes;
    /// Code point at an index in range.
    TextCodePoint "upshift_text_code_point" = calls::code_point [unsafe extern "C" fn(*const Text, i64) -> i64]
        (Ptr, I64) -> (I64), Reads;
    /// chr of a code point.
    TextOfCodePoint "upshift_text_of_code_point" = calls::of_code_point [extern "C" fn(i64) -> *mut Text]
        (I64) -> (Ptr), Writes;
    /// Start, step and count of a slice in range.
    TextSlice "upshift_text_slice" = calls::slice [unsafe extern "C" fn(*const Text, i64, i64, i64) -> *mut Text]
        (Ptr, I64, I64, I64) -> (Ptr), Writes;
    /// a + b.
    TextConcat "upshift_text_concat" = calls::concat [unsafe extern "C" fn(*const Text, *const Text) -> *mut Text]
        (Ptr, Ptr) -> (Ptr), Writes;
    /// a + b; the caller's reference to a goes, in whose place the sum stands if there is no other. Null without memory,
    /// and then the reference stays.
    TextAppend "upshift_text_append" = calls::append [unsafe extern "C" fn(*mut Text, *const Text) -> *mut Text]
        (Ptr, Ptr) -> (Ptr), Writes;
    /// text * count.
    TextRepeat "upshift_text_repeat" = calls::repeat [unsafe extern "C" fn(*const Text, i64) -> *mut Text]
        (Ptr, I64) -> (Ptr), Writes;
    /// Separator, address and count of texts.
    TextJoin "upshift_text_join" = calls::join [unsafe extern "C" fn(*const Text, *const *const Text, i64) -> *mut Text]
        (Ptr, Ptr, I64) -> (Ptr), Writes;
    /// separator.join of the characters of a text.
    TextInterleave "upshift_text_interleave" = calls::interleave
        [unsafe extern "C" fn(*const Text, *const Text) -> *mut Text] (Ptr, Ptr) -> (Ptr), Writes;
    /// a == b.
    TextEquals "upshift_text_equals" = calls::equals [unsafe extern "C" fn(*const Text, *const Text) -> bool]
        (Ptr, Ptr) -> (Bool), Reads;
    /// -1, 0 or 1.
    TextCompare "upshift_text_compare" = calls::compare [unsafe extern "C" fn(*const Text, *const Text) -> i32]
        (Ptr, Ptr) -> (I32), Reads;
    /// hash of a text.
    TextHash "upshift_text_hash" = calls::hash [unsafe extern "C" fn(*mut Text) -> i64] (Ptr) -> (I64), Writes;
    /// Needle, start, end, and `calls::mode`.
    TextFind "upshift_text_find" = calls::find [unsafe extern "C" fn(*const Text, *const Text, i64, i64, i64) -> i64]
        (Ptr, Ptr, I64, I64, I64) -> (I64), Reads;
    /// A number of `CaseMethod`.
    TextChangeCase "upshift_text_change_case" = calls::change_case [unsafe extern "C" fn(*const Text, i64) -> *mut Text]
        (Ptr, I64) -> (Ptr), Writes;
    /// A number of `Question`.
    TextAsk "upshift_text_ask" = calls::ask [unsafe extern "C" fn(*const Text, i64) -> bool]
        (Ptr, I64) -> (Bool), Reads;
    /// Code points or null, and the ends.
    TextStrip "upshift_text_strip" = calls::strip [unsafe extern "C" fn(*const Text, *const Text, i64) -> *mut Text]
        (Ptr, Ptr, I64) -> (Ptr), Writes;
    /// Width, fill, and where it goes.
    TextPad "upshift_text_pad" = calls::pad [unsafe extern "C" fn(*const Text, i64, i64, i64) -> *mut Text]
        (Ptr, I64, I64, I64) -> (Ptr), Writes;
    /// zfill.
    TextFillZeros "upshift_text_fill_zeros" = calls::fill_zeros [unsafe extern "C" fn(*const Text, i64) -> *mut Text]
        (Ptr, I64) -> (Ptr), Writes;
    /// expandtabs.
    TextExpandTabs "upshift_text_expand_tabs" = calls::expand_tabs [unsafe extern "C" fn(*const Text, i64) -> *mut Text]
        (Ptr, I64) -> (Ptr), Writes;
    /// Old, new, and the most places.
    TextReplace "upshift_text_replace" = calls::replace [unsafe extern "C" fn(*const Text, *const Text, *const Text, i64) -> *mut Text]
        (Ptr, Ptr, Ptr, I64) -> (Ptr), Writes;
    /// Affix, and 1 for one at the end.
    TextRemoveAffix "upshift_text_remove_affix" = calls::remove_affix [unsafe extern "C" fn(*const Text, *const Text, i64) -> *mut Text]
        (Ptr, Ptr, I64) -> (Ptr), Writes;
    /// Separator, 1 from the end, and where three texts go.
    TextPartition "upshift_text_partition" = calls::partition [unsafe extern "C" fn(*const Text, *const Text, i64, *mut *mut Text) -> i32]
        (Ptr, Ptr, I64, Ptr) -> (I32), Writes;
    /// Separator or null, limit, 1 from the end: a list.
    TextSplit "upshift_text_split" = calls::split [unsafe extern "C" fn(*const Text, *const Text, i64, i64) -> *mut memory::Header]
        (Ptr, Ptr, I64, I64) -> (Ptr), Writes;
    /// 1 with the ends: a list.
    TextSplitLines "upshift_text_split_lines" = calls::split_lines [unsafe extern "C" fn(*const Text, i64) -> *mut memory::Header]
        (Ptr, I64) -> (Ptr), Writes;
    /// repr; ascii for 1; repr of bytes for 2.
    TextQuote "upshift_text_quote" = calls::quote [unsafe extern "C" fn(*const Text, i64) -> *mut Text]
        (Ptr, I64) -> (Ptr), Writes;
    /// str of an int.
    TextOfValue "upshift_text_of_value" = values::text_of_value
        [unsafe extern "C" fn(*const u8, *const Text, i64, *mut *mut Text) -> i32] (Ptr, Ptr, I64, Ptr) -> (I32), Writes;
    /// `str` of an int.
    TextOfInt "upshift_text_of_int" = format_calls::of_int [extern "C" fn(i64) -> *mut Text] (I64) -> (Ptr), Writes;
    /// str of an unsigned int.
    TextOfUint "upshift_text_of_uint" = format_calls::of_uint [extern "C" fn(u64) -> *mut Text] (I64) -> (Ptr), Writes;
    /// bin, oct and hex, by the base.
    TextInBase "upshift_text_in_base" = format_calls::in_base [extern "C" fn(i64, i64) -> *mut Text]
        (I64, I64) -> (Ptr), Writes;
    /// str of a float.
    TextOfFloat "upshift_text_of_float" = format_calls::of_float [extern "C" fn(f64) -> *mut Text]
        (F64) -> (Ptr), Writes;
    /// str of a float32.
    TextOfSingle "upshift_text_of_single" = format_calls::of_single [extern "C" fn(f32) -> *mut Text]
        (F32) -> (Ptr), Writes;
    /// str of a complex number.
    TextOfComplex "upshift_text_of_complex" = format_calls::of_complex [extern "C" fn(f64, f64) -> *mut Text]
        (F64, F64) -> (Ptr), Writes;
    /// str of a complex64.
    TextOfSingleComplex "upshift_text_of_single_complex" = format_calls::of_single_complex [extern "C" fn(f32, f32) -> *mut Text]
        (F32, F32) -> (Ptr), Writes;
    /// format of an int: number, specification, 1 for a bool, where the text goes; a status.
    FormatInt "upshift_format_int" = format_calls::format_int [unsafe extern "C" fn(i64, *const Text, i64, *mut *mut Text) -> i32]
        (I64, Ptr, I64, Ptr) -> (I32), Writes;
    /// format of a float.
    FormatFloat "upshift_format_float" = format_calls::format_float [unsafe extern "C" fn(f64, *const Text, *mut *mut Text) -> i32]
        (F64, Ptr, Ptr) -> (I32), Writes;
    /// format of a complex number.
    FormatComplex "upshift_format_complex" = format_calls::format_complex [unsafe extern "C" fn(f64, f64, *const Text, *mut *mut Text) -> i32]
        (F64, F64, Ptr, Ptr) -> (I32), Writes;
    /// format of a string.
    FormatText "upshift_format_text" = format_calls::format_text [unsafe extern "C" fn(*const Text, *const Text, *mut *mut Text) -> i32]
        (Ptr, Ptr, Ptr) -> (I32), Writes;
    /// % of an int: letter, flags, width, precision.
    PercentInt "upshift_percent_int" = format_calls::percent_int [extern "C" fn(i64, i64, i64, i64, i64) -> *mut Text]
        (I64, I64, I64, I64, I64) -> (Ptr), Writes;
    /// % of a float.
    PercentFloat "upshift_percent_float" = format_calls::percent_float [extern "C" fn(f64, i64, i64, i64, i64) -> *mut Text]
        (F64, I64, I64, I64, I64) -> (Ptr), Writes;
    /// %s: flags, width, precision.
    PercentText "upshift_percent_text" = format_calls::percent_text [unsafe extern "C" fn(*const Text, i64, i64, i64) -> *mut Text]
        (Ptr, I64, I64, I64) -> (Ptr), Writes;
    /// int of a text: base, whether it is of bytes, where it goes; a status.
    ParseInt "upshift_parse_int" = format_calls::parse_int [unsafe extern "C" fn(*const Text, i64, i64, *mut i64) -> i32]
        (Ptr, I64, I64, Ptr) -> (I32), Writes;
    /// float of a text: whether it is of bytes, where it goes; a status.
    ParseFloat "upshift_parse_float" = format_calls::parse_float [unsafe extern "C" fn(*const Text, i64, *mut f64) -> i32]
        (Ptr, I64, Ptr) -> (I32), Writes;
    /// complex of a text.
    ParseComplex "upshift_parse_complex" = format_calls::parse_complex [unsafe extern "C" fn(*const Text, *mut f64) -> i32]
        (Ptr, Ptr) -> (I32), Writes;
    /// encode: codec and errors, where the text, start and end of a failure go; 0, or 1 and the number of a reason.
    TextEncode "upshift_text_encode" = calls::encode [unsafe extern "C" fn(*const Text, i64, *mut calls::Coded) -> i32]
        (Ptr, I64, Ptr) -> (I32), Writes;
    /// decode: the same.
    TextDecode "upshift_text_decode" = calls::decode [unsafe extern "C" fn(*const Text, i64, *mut calls::Coded) -> i32]
        (Ptr, I64, Ptr) -> (I32), Writes;
    /// bytes.hex.
    BytesHex "upshift_bytes_hex" = calls::hex [unsafe extern "C" fn(*const Text) -> *mut Text] (Ptr) -> (Ptr), Writes;
    /// Writes a text to sys.stdout; flushes it for null.
    WriteOutput "upshift_write_output" = output::write [unsafe extern "C" fn(*const Text) -> i32]
        (Ptr) -> (I32), Writes;
}

impl Symbol {
    /// The symbol called `name`.
    pub fn from_name(name: &str) -> Option<Symbol> {
        Symbol::ALL.iter().copied().find(|symbol| symbol.info().name == name)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

/// The address of every symbol in the order of `Symbol::ALL`.
pub fn addresses() -> Vec<usize> {
    Symbol::ALL.iter().map(|symbol| symbol.address() as usize).collect()
}
