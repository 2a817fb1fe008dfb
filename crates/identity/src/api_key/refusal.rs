//! Why a command about a key is refused. Never decides.

use zaiton_kernel::Timestamp;

refusals! {
    /// Why a command about a key was refused.
    ApiKeyRefusal, "identity.api_key";
    /// No name, or too long a one.
    Name {
        /// Letters at most.
        most: usize,
    } = "name", "R5-04",
        why("密钥名称为空或过长。", "The key's name is empty or too long."),
        cure("请填写便于辨认的名称。", "Give it a name by which you know it.");
    /// No scope, or one that no key of this organisation may have.
    Scopes {
        /// Those that it may have.
        scopes: String,
    } = "scopes", "R5-04",
        why("权限范围为空，或含有不可授予的权限。", "There is no scope, or one that such a key cannot have."),
        cure("请从所示权限中选择。", "Choose among the scopes that are shown.");
    /// A scope that whoever makes it does not have.
    BeyondMaker {
        /// Which.
        scope: zaiton_access::Permission,
    } = "beyond_maker", "R5-04",
        why("不能授予自己没有的权限。", "Nobody gives a key what it may not do itself."),
        cure("请由拥有该权限的成员创建。", "Have a member make it who may do this.");
    /// A network that is none.
    Network {
        /// Which.
        network: String,
    } = "network", "R5-04",
        why("IP 网段格式不正确。", "A network is not of the right form."),
        cure("请使用 203.0.113.0/24 或 2001:db8::/32 的写法。", "Write 203.0.113.0/24 or 2001:db8::/32.");
    /// Too many networks or keys.
    TooMany {
        /// At most.
        most: usize,
    } = "too_many", "R5-04",
        why("数量已达上限。", "There are too many."),
        cure("请先移除不再使用的。", "Remove those that are not used any more.");
    /// It would be over before it begins.
    Expired {
        /// When.
        expires_at: Timestamp,
    } = "expired", "R5-04",
        why("失效时间已过。", "Its end lies in the past."),
        cure("请选择将来的时间。", "Choose a moment ahead.");
}
