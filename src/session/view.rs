//! What the typing of a function asks, answered by the session and its host.

use std::sync::Arc;

use super::Driver;
use crate::bytecode::Code;
use crate::hir::{self, Defaults};
use crate::host::{Extension, FunctionSource, Given, Global};
use crate::lir::FunctionId;
use crate::refusal::{Reason, Refusal};
use crate::typing::{ClassKey, Constructor, Environment, FunctionKey, GeneratorType, Parameters, Type};

/// The parameters of a function, in the order of hir's entry block.
pub(super) fn parameters(source: &FunctionSource) -> Parameters {
    let code = &source.code;
    let positional = code.argument_count as usize;
    let keyword_only = code.keyword_only_count as usize;
    let has_rest = code.flags & Code::VARARGS != 0;
    let has_keywords = code.flags & Code::VARKEYWORDS != 0;
    let count = code.parameter_count() as usize;
    // The library's functions avoid the names of Python's own: `sorted_`.
    let name = if source.is_library { code.name.trim_end_matches('_').into() } else { code.name.clone() };
    let names: Vec<Arc<str>> = (0..count).map(|index| code.locals[index].0.clone()).collect();
    let defaults = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            if index < positional {
                let first = positional - source.defaults.len().min(positional);
                return index.checked_sub(first).map(|index| source.defaults[index].clone());
            }
            source.keyword_defaults.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        })
        .collect();
    Parameters {
        name,
        qualname: code.qualname.clone(),
        names,
        positional,
        positional_only: code.positional_only_count as usize,
        keyword_only,
        has_rest,
        has_keywords,
        defaults,
    }
}

/// What the typing of one function sees of the driver.
pub(super) struct View<'a, 'b> {
    pub(super) driver: &'a mut Driver<'b>,
    pub(super) key: FunctionKey,
    pub(super) source: Arc<FunctionSource>,
    /// What is typed.
    pub(super) hir: Arc<hir::Function>,
}

impl Environment for View<'_, '_> {
    fn global(&mut self, name: &str) -> Option<Global> {
        let owner = self.key.owner();
        self.driver.host.global(owner, name)
    }

    fn free_variable(&mut self, name: &str) -> Option<Global> {
        let owner = self.key.owner();
        self.driver.host.free_variable(owner, name)
    }

    fn module_attribute(&mut self, module: &str, name: &str) -> Option<Global> {
        let owner = self.key.owner();
        self.driver.host.module_attribute(owner, module, name)
    }

    fn import(&mut self, name: &str) -> Option<Global> {
        self.driver.host.import(name)
    }

    fn class_attribute(&mut self, class: ClassKey, name: &str) -> Option<Global> {
        let owner = self.key.owner();
        self.driver.host.class_attribute(owner, class, name)
    }

    fn constructor(&mut self, class: ClassKey) -> Option<Arc<Constructor>> {
        let owner = self.key.owner();
        self.driver.host.constructor(owner, class)
    }

    fn library_function(&mut self, name: &str) -> Option<FunctionKey> {
        self.driver.host.library_function(name)
    }

    fn extension(&mut self, name: &str) -> Option<Extension> {
        // What the library means does not depend on the program.
        if self.source.is_library { None } else { self.driver.host.extension(name) }
    }

    fn extension_for(&mut self, name: &str, arguments: &[Given]) -> Result<Option<FunctionKey>, Reason> {
        let chosen = self.driver.host.extension_for(name, arguments);
        chosen.map_err(|said| Reason::Extension { name: name.to_owned(), said })
    }

    fn own_key(&self) -> FunctionKey {
        self.key
    }

    fn inner_function(&mut self, number: u32, is_outer: bool) -> (FunctionKey, Defaults) {
        let session = &mut *self.driver.session;
        match session.inner.get(&self.key) {
            Some(inner) if is_outer => {
                let (outer, hir) = (inner.outer, inner.hir.clone());
                session.inner_function(outer, &hir, number)
            }
            _ => session.inner_function(self.key, &self.hir, number),
        }
    }

    fn parameters(&mut self, key: FunctionKey) -> Result<Arc<Parameters>, Refusal> {
        Ok(self.driver.known(key)?.parameters.clone())
    }

    fn specialize(&mut self, key: FunctionKey, arguments: &[Type]) -> Result<(FunctionId, Option<Type>), Refusal> {
        self.driver.specialize(key, arguments)
    }

    fn learn(&mut self, key: FunctionKey, arguments: &[Type], count: usize) -> Vec<Type> {
        self.driver.learn(key, arguments, count)
    }

    fn empty_container(&mut self, key: FunctionKey) -> Option<Type> {
        self.driver.empty_container(key)
    }

    fn resume(&mut self, generator: &Arc<GeneratorType>) -> Result<FunctionId, Refusal> {
        self.driver.resume(generator)
    }

    fn yields_for_each_item(&mut self, key: FunctionKey) -> bool {
        self.driver.known(key).is_ok_and(|known| known.hir.yields_for_each_item())
    }

    fn forced_type(&self, variable: &str) -> Option<Type> {
        self.source.options.locals.iter().find(|(name, _)| &**name == variable).map(|(_, ty)| ty.clone())
    }
}
